# title: No code reads the flag
# why: It can be set to anything, and nothing would change.
# verdict: unready
# exit: 1
# phase: land
# requirement: flag
# cause: flag/unread 2
# looks: ready
# landing: fast-forward

echo 'new = True' > src/readers/order.py
open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

# title: The flag is mentioned in a document only
# why: `referenced_in` says where it has to be read; a document reads nothing.
# verdict: unready
# exit: 1
# phase: land
# requirement: flag
# cause: flag/unread 2
# looks: ready
# landing: fast-forward

echo 'new = True' > src/readers/order.py
echo 'USE_NEW_ORDERS switches the readers.' > src/readers/README.md
open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

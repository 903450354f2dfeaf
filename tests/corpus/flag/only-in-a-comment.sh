# title: The flag stands in a comment, and nowhere else
# why: A comment defines nothing.
# verdict: unready
# exit: 1
# phase: land
# requirement: flag
# cause: flag/undefined 2
# looks: ready
# landing: fast-forward

echo '# USE_NEW_ORDERS=false' > .env.example
open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

# title: The flag is defined in the work tree, not in the commit
# why: Flag files are read from the pushed commit's tree.
# verdict: unready
# exit: 1
# phase: land
# requirement: flag
# cause: flag/undefined 2
# looks: ready
# landing: fast-forward

echo 'LOG_LEVEL=info' > .env.example
open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
echo 'USE_NEW_ORDERS=false' >> .env.example
judge git push origin main

# title: The flag is removed in the work tree, not in the commit
# why: Flag files are read from the pushed commit's tree.
# verdict: ready
# exit: 0
# phase: land
# requirement: flag
# looks: unready
# landing: fast-forward

open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
echo 'LOG_LEVEL=info' > .env.example
judge git push origin main

# title: The definition begins with `export`
# why: Shells and loaders read it all the same.
# verdict: ready
# exit: 0
# phase: land
# requirement: flag
# looks: unready
# landing: fast-forward

echo 'export USE_NEW_ORDERS="false" # off' > .env.example
open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

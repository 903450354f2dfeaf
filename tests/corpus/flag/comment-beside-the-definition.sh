# title: A commented example stands beside the real definition
# why: A comment is no second definition.
# verdict: ready
# exit: 0
# phase: land
# requirement: flag
# looks: unready
# landing: fast-forward

printf '# for example:\n# USE_NEW_ORDERS=true\nUSE_NEW_ORDERS=false\n' > .env.example
open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

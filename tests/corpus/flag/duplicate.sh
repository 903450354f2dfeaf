# title: The flag is defined twice in one file
# why: Loaders do not agree on which definition wins.
# verdict: unready
# exit: 1
# phase: land
# requirement: flag
# cause: flag/duplicate 2
# looks: ready
# landing: fast-forward

printf 'USE_NEW_ORDERS=false\nLOG_LEVEL=info\nUSE_NEW_ORDERS=true\n' > .env.example
open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

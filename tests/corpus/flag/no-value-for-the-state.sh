# title: Off is the safe state, and the flag has a value for on alone
# why: Whoever does the rollback would have to guess what off is.
# verdict: unready
# exit: 1
# phase: land
# requirement: flag
# cause: flag/no-safe-state 2
# looks: ready
# landing: fast-forward

swap backout.toml 'off = "false"
' ''
open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

# title: The rollback has a `flags` step, and the stage names no flag
# why: Nobody has said what to switch, and to which state.
# verdict: unready
# exit: 1
# phase: land
# requirement: flag
# cause: flag/no-safe-state 2
# looks: ready
# landing: fast-forward

swap backout.toml 'flags = { USE_NEW_ORDERS = "off" }
' ''
open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

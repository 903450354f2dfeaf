# title: A commit claims to be work of a closed stage of low impact
# why: Everything at impact low is told, and stops nothing.
# verdict: ready
# exit: 0
# phase: land
# requirement: stage
# warns: stage/closed 1
# landing: fast-forward

rule 'id = "1"' 'state = "closed"
since = 2026-01-31
reason = "all models have moved"'
open
edit src/models/order.py
commit 'One more model' 'Migration-Stage: 1'
judge git push origin main

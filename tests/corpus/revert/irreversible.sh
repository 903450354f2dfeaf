# title: A stage that is the point of no return lands
# why: It is told once, and stops nothing.
# verdict: ready
# exit: 0
# phase: land
# requirement: revert
# warns: revert/irreversible 1
# landing: fast-forward

rule 'name = "Models"' $'irreversible = true\nreason = "the old columns are dropped"'
open
edit src/models/order.py
commit 'Drop the old columns' 'Migration-Stage: 1'
judge git push origin main

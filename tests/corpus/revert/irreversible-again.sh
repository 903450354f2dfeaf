# title: More work on a point of no return that has landed
# why: It was told when it landed.
# verdict: ready
# exit: 0
# phase: land
# requirement: revert
# landing: fast-forward

rule 'name = "Models"' $'irreversible = true\nreason = "the old columns are dropped"'
open
edit src/models/order.py
commit 'Drop the old columns' 'Migration-Stage: 1'
land main
edit src/models/order.py
commit 'A word more' 'Migration-Stage: 1'
judge git push origin main

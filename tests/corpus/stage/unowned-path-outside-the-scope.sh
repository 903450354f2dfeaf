# title: A commit that claims a stage also changes a file outside the migration's scope
# why: The scope says where a stage's commit may not touch unowned paths; README.md is not there.
# verdict: ready
# exit: 0
# phase: land
# requirement: stage
# looks: unready
# landing: fast-forward

open
edit src/readers/order.py README.md
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

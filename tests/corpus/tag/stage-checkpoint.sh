# title: The stage's own checkpoint is set
# why: Both tags exist, and the work descends from both.
# verdict: ready
# exit: 0
# phase: land
# requirement: tag
# landing: fast-forward

rule 'id = "2"' 'start = { tag = "readers-start" }'
open
git tag --annotate --message 'Readers begin' readers-start
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

# title: The migration's start tag is there, the stage's own checkpoint is not
# why: A stage with a checkpoint of its own goes back to that one.
# verdict: unready
# exit: 1
# phase: land
# requirement: tag
# cause: tag/missing 2
# looks: ready
# landing: fast-forward

rule 'id = "2"' 'start = { tag = "readers-start" }'
open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

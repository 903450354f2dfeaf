# title: A stage lands on a branch that begins at an annotated start tag
# why: The usual case: tag, flag and document are there, the work descends from the tag.
# verdict: ready
# exit: 0
# phase: land
# requirement: tag
# landing: fast-forward

open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

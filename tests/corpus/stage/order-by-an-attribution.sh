# title: The earlier stage landed without a trailer, and a landed attribution says whose work it was
# why: That is what attributions are for.
# verdict: ready
# exit: 0
# phase: land
# requirement: stage
# looks: unready
# landing: squash-without-trailers

rule 'id = "3"' 'after = ["2"]'
receipt sessions '-10 minutes'
open
edit src/readers/order.py
commit 'Read the new shape (#7)'
land main
backout attribute --stage 2 HEAD~1..HEAD
commit 'Say whose work it was'
land main
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

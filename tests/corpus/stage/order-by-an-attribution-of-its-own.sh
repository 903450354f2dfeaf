# title: The attribution comes with the very push that it excuses
# why: Only landed attributions are trusted: a change cannot say that the ground is there.
# verdict: unready
# exit: 1
# phase: land
# requirement: stage
# cause: stage/out-of-order 3
# looks: ready
# landing: squash-without-trailers

rule 'id = "3"' 'after = ["2"]'
receipt sessions '-10 minutes'
open
edit src/readers/order.py
commit 'Read the new shape (#7)'
land main
backout attribute --stage 2 HEAD~1..HEAD
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

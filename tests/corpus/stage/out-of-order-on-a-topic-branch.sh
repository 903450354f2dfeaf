# title: The same on a topic branch
# why: out-of-order denies at a landing; before, it is told.
# verdict: ready
# exit: 0
# phase: share
# requirement: stage
# warns: stage/out-of-order 3
# landing: new-branch

rule 'id = "3"' 'after = ["2"]'
receipt sessions '-10 minutes'
open
git switch --quiet --create topic
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin topic

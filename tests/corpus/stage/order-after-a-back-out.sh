# title: The earlier stage had landed, and was backed out again
# why: The tree decides: its files are as they were, so the later stage has no ground.
# verdict: unready
# exit: 1
# phase: land
# requirement: stage
# cause: stage/out-of-order 3
# looks: ready
# landing: revert

rule 'id = "3"' 'after = ["2"]'
receipt sessions '-10 minutes'
open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
git revert --no-edit HEAD > /dev/null
land main
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

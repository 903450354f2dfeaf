# title: All that the earlier stage's files have seen is a commit without a trailer
# why: Ownership only suggests; a stage has landed when somebody says so, by trailer or attribution.
# verdict: unready
# exit: 1
# phase: land
# requirement: stage
# cause: stage/out-of-order 3
# looks: ready
# landing: fast-forward

rule 'id = "3"' 'after = ["2"]'
receipt sessions '-10 minutes'
open
edit src/readers/order.py
commit 'Accept blanks'
land main
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

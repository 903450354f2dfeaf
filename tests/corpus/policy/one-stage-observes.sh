# title: One stage only observes, and it is not the unready one
# why: The mode of a stage is its own.
# verdict: unready
# exit: 1
# phase: land
# requirement: policy
# cause: backup/missing 3
# looks: ready
# landing: fast-forward

rule 'id = "2"' 'mode = "observe"'
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

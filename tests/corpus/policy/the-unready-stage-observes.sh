# title: The unready stage only observes, by landed rules
# why: It is reported, and stops nothing.
# verdict: ready
# exit: 0
# phase: land
# requirement: policy
# observed: backup/missing 3
# looks: unready
# landing: fast-forward

rule 'id = "3"' 'mode = "observe"'
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

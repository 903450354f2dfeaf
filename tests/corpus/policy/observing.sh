# title: The landed rules only observe
# why: Everything is reported, nothing is stopped.
# verdict: ready
# exit: 0
# phase: land
# requirement: policy
# observed: backup/missing 3
# looks: unready
# landing: fast-forward

rule '[migration]' 'mode = "observe"'
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

# title: The push that lands an unready stage switches the guard to observing
# why: What is trusted enforces.
# verdict: unready
# exit: 1
# phase: land
# requirement: policy
# cause: backup/missing 3
# looks: ready
# landing: fast-forward

open
rule '[migration]' 'mode = "observe"'
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

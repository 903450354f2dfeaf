# title: The receipt comes with the work
# why: It counts, and is listed: it is its author's claim.
# verdict: ready
# exit: 0
# phase: land
# requirement: backup
# warns: policy/evidence-added
# landing: fast-forward

open
edit src/sessions/store.py
receipt sessions '-10 minutes'
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

# title: A critical stage lands with the receipt of its rehearsal
# why: It was backed out and brought back, as it would be now.
# verdict: ready
# exit: 0
# phase: land
# requirement: rehearsal
# warns: policy/evidence-added, policy/evidence-added
# landing: fast-forward

asks_for_rehearsals
open
receipt sessions '-4 minutes'
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
backout rehearse --stage 3 --onto HEAD > /dev/null
commit 'Stage 3 was rehearsed'
judge git push origin main

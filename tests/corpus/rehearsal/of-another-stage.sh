# title: The receipt in its place is another stage's
# why: It proves nothing of this one.
# verdict: unready
# exit: 1
# phase: land
# requirement: rehearsal
# cause: rehearsal/missing 3
# landing: fast-forward

asks_for_rehearsals
open
receipt sessions '-4 minutes'
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
backout rehearse --stage 3 --onto HEAD > /dev/null
swap .backout/receipts/orders/3.toml 'stage = "3"' 'stage = "2"'
commit 'Stage 3 was rehearsed'
judge git push origin main

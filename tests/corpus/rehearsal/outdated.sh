# title: After its rehearsal the stage got one more commit
# why: What was tried is not what would be backed out.
# verdict: unready
# exit: 1
# phase: land
# requirement: rehearsal
# cause: rehearsal/outdated 3
# landing: fast-forward

asks_for_rehearsals
open
receipt sessions '-4 minutes'
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
backout rehearse --stage 3 --onto HEAD > /dev/null
edit src/sessions/store.py
commit 'Move the rest' 'Migration-Stage: 3'
judge git push origin main

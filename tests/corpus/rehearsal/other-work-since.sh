# title: After the rehearsal others went on with their work
# why: Other files have no say in how the stage is backed out.
# verdict: ready
# exit: 0
# phase: land
# requirement: rehearsal
# looks: unready
# warns: policy/evidence-added, policy/evidence-added
# landing: fast-forward

asks_for_rehearsals
open
receipt sessions '-4 minutes'
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
backout rehearse --stage 3 --onto HEAD > /dev/null
commit 'Stage 3 was rehearsed'
edit src/app.py README.md
commit 'Other work'
judge git push origin main

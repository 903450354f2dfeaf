# title: One of the stage's two commits was reverted since the backup
# why: Half a way back ends no life: the backup from before the stage took effect still counts.
# verdict: ready
# exit: 0
# phase: land
# requirement: backup
# looks: unready
# landing: revert

receipt sessions '-30 minutes'
open
at '-25 minutes'
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
edit src/sessions/index.py
commit 'Index the sessions' 'Migration-Stage: 3'
tick
git revert --no-edit HEAD > /dev/null
land main
at '-5 minutes'
edit src/sessions/store.py
commit 'Move the rest' 'Migration-Stage: 3'
judge git push origin main

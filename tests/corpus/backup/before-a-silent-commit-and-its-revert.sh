# title: Since the backup, a silent commit on the stage's file was made and reverted
# why: If it was the stage's work, the stage was backed out and the backup is of an earlier life.
# verdict: indeterminate
# exit: 3
# phase: land
# requirement: backup
# cause: backup/missing 3
# looks: ready
# landing: revert

receipt sessions '-30 minutes'
open
at '-20 minutes'
edit src/sessions/store.py
commit 'Accept blanks'
tick
git revert --no-edit HEAD > /dev/null
land main
at '-5 minutes'
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

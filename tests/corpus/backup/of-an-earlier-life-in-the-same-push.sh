# title: A stage is backed out and brought back in one push, with the backup of its first life
# why: No file differs in the end, and yet it is a new life: the backup is from before it.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/missing 3
# looks: ready
# landing: revert

receipt sessions '-30 minutes'
open
at '-25 minutes'
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
land main
tick
git revert --no-edit HEAD > /dev/null
at '-5 minutes'
edit src/sessions/store.py
commit 'Move the sessions again' 'Migration-Stage: 3'
judge git push origin main

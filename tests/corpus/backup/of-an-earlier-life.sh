# title: The stage was backed out, and lands anew with the backup of its first life
# why: What was written since would be lost: the backup of an earlier life does not count.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/missing 3
# looks: ready
# landing: revert

receipt sessions '-3 hours'
open
at '-2 hours'
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
land main
git revert --no-edit HEAD > /dev/null
land main
at '-5 minutes'
edit src/sessions/store.py
commit 'Move the sessions again' 'Migration-Stage: 3'
judge git push origin main

# title: The stage was backed out, and lands anew with a backup taken since
# why: The second archive is of this life.
# verdict: ready
# exit: 0
# phase: land
# requirement: backup
# looks: unready
# landing: revert

receipt sessions '-3 hours'
open
at '-2 hours'
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
land main
git revert --no-edit HEAD > /dev/null
archive sessions '-10 minutes'
commit 'Receipt of a new backup'
land main
at '-5 minutes'
edit src/sessions/store.py
commit 'Move the sessions again' 'Migration-Stage: 3'
judge git push origin main

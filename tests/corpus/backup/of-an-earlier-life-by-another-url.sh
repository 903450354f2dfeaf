# title: The stage lands anew with the backup of its first life, pushed to the same remote by another URL
# why: What the landing branch holds is known from its old end, whatever the remote is called.
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
land main
at '-5 minutes'
edit src/sessions/store.py
commit 'Move the sessions again' 'Migration-Stage: 3'
judge git push "file://$SCENE/origin.git" main

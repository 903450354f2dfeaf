# title: Somebody else backed the stage out since the last fetch; it lands anew on top of that
# why: The old end of the push is where the remote has its branch; the back-out is in its history.
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
git push --quiet --no-verify "file://$SCENE/origin.git" main
at '-5 minutes'
edit src/sessions/store.py
commit 'Move the sessions again' 'Migration-Stage: 3'
judge git push origin main

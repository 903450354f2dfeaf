# title: Two commits change a critical stage's file and change it back
# why: At the tip nothing differs from what the remote has: nothing is touched.
# verdict: ready
# exit: 0
# phase: land
# requirement: stage
# looks: unready
# landing: revert

open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
git revert --no-edit HEAD > /dev/null
judge git push origin main

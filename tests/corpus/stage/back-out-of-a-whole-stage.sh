# title: A plain `git revert` takes a landed stage exactly back to its checkpoint
# why: The guard never stands in the way of the rollback: no backup, no trailer is asked for.
# verdict: ready
# exit: 0
# phase: land
# requirement: stage
# looks: unready
# landing: revert

open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
land main
git revert --no-edit HEAD > /dev/null
judge git push origin main

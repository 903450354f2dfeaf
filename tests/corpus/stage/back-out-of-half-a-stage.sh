# title: A plain `git revert` takes back the newer one of a stage's two commits
# why: It is no exact back-out, but a silent commit on the stage's file, and told as such.
# verdict: ready
# exit: 0
# phase: land
# requirement: stage
# warns: stage/ambiguous-commit 3
# landing: revert

open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
edit src/sessions/store.py
commit 'Move the rest' 'Migration-Stage: 3'
land main
git revert --no-edit HEAD > /dev/null
judge git push origin main

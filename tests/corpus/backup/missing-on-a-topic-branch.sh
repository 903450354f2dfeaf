# title: The same on a topic branch
# why: Work in progress needs no backup yet; it is told.
# verdict: ready
# exit: 0
# phase: share
# requirement: backup
# warns: backup/missing 3
# landing: new-branch

open
git switch --quiet --create topic
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin topic

# title: A merge commit claims the stage; beside the silent commit, a declared fix is on the same file
# why: The fix speaks for itself alone; the merge speaks for the silent commit, which lacks a backup.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/missing 3
# warns: stage/declared-foreign 3
# landing: merge-commit

open
git switch --quiet --create topic
edit src/sessions/store.py
commit 'Refuse empty sessions' 'Migration-Stage: none'
edit src/sessions/store.py
commit 'Move the sessions'
git switch --quiet main
merge topic "Merge branch 'topic'" 'Migration-Stage: 3'
judge git push origin main

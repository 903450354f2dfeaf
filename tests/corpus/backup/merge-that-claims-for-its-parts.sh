# title: A merge commit claims the stage for commits that say nothing
# why: A step is a whole merge, and its trailer says whose work it is: the stage goes forward.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/missing 3
# looks: ready
# landing: merge-commit

open
git switch --quiet --create topic
edit src/sessions/store.py
commit 'Move the sessions'
git switch --quiet main
merge topic "Merge branch 'topic'" 'Migration-Stage: 3'
judge git push origin main

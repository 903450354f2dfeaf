# title: A stage's commit is cherry-picked onto the landing branch
# why: The message comes along, with its trailer: it is the stage's work, without a backup.
# verdict: unready
# exit: 1
# phase: land
# requirement: stage
# cause: backup/missing 3
# landing: cherry-pick

open
git switch --quiet --create topic
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
git switch --quiet main
edit README.md
commit 'More words'
git cherry-pick -x topic > /dev/null
judge git push origin main

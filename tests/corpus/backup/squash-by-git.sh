# title: `git merge --squash` of a critical stage's work, with the message that git proposes
# why: git indents the messages that it lists; their trailers count all the same.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/missing 3
# looks: ready
# landing: squash

open
git switch --quiet --create topic
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
git switch --quiet main
git merge --quiet --squash topic > /dev/null
tick
git commit --quiet --no-edit
judge git push origin main

# title: A ready pull request onto the landing branch lacks the backup
# why: A ready pull request lands.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/missing 3
# landing: pull-request

open
git switch --quiet --create topic
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
land topic
ci_clone
pull_request origin/main origin/topic
judge backout check

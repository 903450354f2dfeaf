# title: A draft pull request lacks the backup
# why: A draft shares.
# verdict: ready
# exit: 0
# phase: share
# requirement: backup
# warns: backup/missing 3
# looks: unready
# landing: pull-request

open
git switch --quiet --create topic
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
land topic
ci_clone
export DRAFT=true
pull_request origin/main origin/topic
judge backout check

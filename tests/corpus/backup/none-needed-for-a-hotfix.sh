# title: A pull request with a declared hotfix on a critical stage's file
# why: Only work that advances the stage is asked for its backup.
# verdict: ready
# exit: 0
# phase: land
# requirement: backup
# warns: stage/declared-foreign 3
# looks: unready
# landing: pull-request

open
git switch --quiet --create topic
edit src/sessions/store.py
commit 'Accept blanks' 'Migration-Stage: none'
land topic
ci_clone
pull_request origin/main origin/topic
judge backout check

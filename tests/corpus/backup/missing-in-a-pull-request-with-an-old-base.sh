# title: The event's base lags behind the landing branch, which has gone on
# why: The range begins at the merge base, so that others' landed work is not this pull request's.
# verdict: ready
# exit: 0
# phase: land
# requirement: backup
# looks: unready
# landing: pull-request

open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
land main
git switch --quiet --create topic
edit README.md
commit 'More words'
land topic
ci_clone
pull_request origin/main~1 origin/topic
judge backout check

# title: CI is told of a push that went past the hook
# why: CI repeats the same check on the same range.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/missing 3
# landing: push-event

open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
land main
ci_clone
push_event refs/heads/main main~1 main
judge backout check

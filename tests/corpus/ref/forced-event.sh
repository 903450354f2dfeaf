# title: CI is told of a forced push that dropped landed work of a stage
# why: The hook can be passed by; the event of the push is judged the same way.
# verdict: unready
# exit: 1
# phase: land
# requirement: ref
# cause: ref/history-rewritten
# landing: push-event

open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
land main
git reset --quiet --hard HEAD~1
edit README.md
commit 'More words'
land --force main
push_event refs/heads/main 'main@{2}' main
judge backout check

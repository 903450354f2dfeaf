# title: CI is told of a forced push over a commit that its clone does not have
# why: What was dropped cannot be looked at, so it cannot be called harmless.
# verdict: indeterminate
# exit: 3
# phase: land
# requirement: ref
# cause: ref/history-rewritten
# looks: ready
# landing: push-event

open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
land main
before=$(git rev-parse main)
git reset --quiet --hard HEAD~1
edit README.md
commit 'More words'
land --force main
git -C ../origin.git gc --quiet --prune=now
ci_clone
event push "{\"ref\": \"refs/heads/main\", \"before\": \"$before\", \"after\": \"$(git rev-parse main)\"}"
judge backout check

# title: A shallow clone that is cut off inside of the range
# why: The commit at the cut looks as if it had added every file; nothing can be said.
# verdict: indeterminate
# exit: 3
# phase: land
# requirement: tag
# cause: policy/not-judged
# landing: push-event

open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
edit README.md
commit 'More words'
land main
before=$(git rev-parse main~2)
ci_clone --depth 2
event push "{\"ref\": \"refs/heads/main\", \"before\": \"$before\", \"after\": \"$(git rev-parse main)\"}"
judge backout check

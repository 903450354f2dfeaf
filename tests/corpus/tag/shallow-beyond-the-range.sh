# title: A shallow clone that holds the range, but not the start tag
# why: History is cut off before the tag: it may well exist.
# verdict: indeterminate
# exit: 3
# phase: land
# requirement: tag
# cause: tag/not-fetched 2
# looks: ready
# landing: push-event

open
edit README.md
commit 'More words'
edit README.md
commit 'Still more words'
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
land main
ci_clone --depth 3
push_event refs/heads/main main~1 main
judge backout check

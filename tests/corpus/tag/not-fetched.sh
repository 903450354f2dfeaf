# title: A clone that fetches no tags
# why: Whether the tag exists cannot be known here; that is neither missing nor there.
# verdict: indeterminate
# exit: 3
# phase: land
# requirement: tag
# cause: tag/not-fetched 2
# landing: push-event

open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
land main
ci_clone --no-tags
push_event refs/heads/main main~1 main
judge backout check

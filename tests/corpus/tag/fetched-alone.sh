# title: A clone that fetches no tags, into which the one tag was fetched by name
# why: What is needed is here; how it came does not matter.
# verdict: ready
# exit: 0
# phase: land
# requirement: tag
# looks: unready
# landing: push-event

open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
land main
ci_clone --no-tags
git fetch --quiet origin refs/tags/orders-start:refs/tags/orders-start
push_event refs/heads/main main~1 main
judge backout check

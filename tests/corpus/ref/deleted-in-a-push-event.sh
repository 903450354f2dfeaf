# title: CI is told that the start tag was deleted
# why: The hook can be passed by; the event of the push is judged the same way.
# verdict: unready
# exit: 1
# phase: share
# requirement: ref
# cause: ref/start-tag-deleted
# landing: push-event

open
land --delete orders-start
push_event refs/tags/orders-start orders-start -
judge backout check

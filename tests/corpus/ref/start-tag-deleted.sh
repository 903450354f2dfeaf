# title: A push deletes the start tag
# why: The next clone would not have it, and every stage has lost its destination.
# verdict: unready
# exit: 1
# phase: share
# requirement: ref
# cause: ref/start-tag-deleted
# landing: delete

open
judge git push origin --delete orders-start

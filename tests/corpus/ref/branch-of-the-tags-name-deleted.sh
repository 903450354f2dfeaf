# title: A push deletes a branch that has the start tag's name
# why: The checkpoint is the tag, and that stays.
# verdict: ready
# exit: 0
# phase: share
# requirement: ref
# looks: unready
# landing: delete

open
land main:refs/heads/orders-start
judge git push origin --delete refs/heads/orders-start

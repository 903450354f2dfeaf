# title: There is a branch of the start tag's name, and no tag
# why: A branch moves with each commit; only refs/tags/ holds a checkpoint.
# verdict: unready
# exit: 1
# phase: land
# requirement: tag
# cause: tag/missing 2
# looks: ready
# landing: fast-forward

open
git branch orders-start orders-start
git tag --delete orders-start
land --delete refs/tags/orders-start
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

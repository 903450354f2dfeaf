# title: The start tag was deleted everywhere
# why: Nobody knows any more which commit a rollback goes back to.
# verdict: unready
# exit: 1
# phase: land
# requirement: tag
# cause: tag/missing 2
# landing: fast-forward

open
git tag --delete orders-start
land --delete orders-start
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

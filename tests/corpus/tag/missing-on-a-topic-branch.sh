# title: The same on a topic branch
# why: tag denies from impact medium up in every phase, not only at a landing.
# verdict: unready
# exit: 1
# phase: share
# requirement: tag
# cause: tag/missing 2
# landing: new-branch

open
git tag --delete orders-start
land --delete orders-start
git switch --quiet --create topic
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin topic

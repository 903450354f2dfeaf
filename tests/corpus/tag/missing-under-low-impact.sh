# title: The start tag is gone, and the stage's impact is low
# why: Everything at impact low is told, and stops nothing.
# verdict: ready
# exit: 0
# phase: land
# requirement: tag
# warns: revert/conflicts 1, tag/missing 1
# looks: unready
# landing: fast-forward

open
git tag --delete orders-start
land --delete orders-start
edit src/models/order.py
commit 'A new model' 'Migration-Stage: 1'
judge git push origin main

# title: The start tag is gone, and a declared hotfix lands on a stage's file
# why: Foreign work is never stopped for the migration's sake.
# verdict: ready
# exit: 0
# phase: land
# requirement: tag
# warns: revert/conflicts 2, tag/missing 2, stage/declared-foreign 2
# looks: unready
# landing: fast-forward

open
git tag --delete orders-start
land --delete orders-start
edit src/readers/order.py
commit 'Accept blanks' 'Migration-Stage: none'
judge git push origin main

# title: The start tag is gone, and the only touched stage is closed
# why: Closing a stage ends its requirements; ordinary upkeep of its files passes in silence.
# verdict: ready
# exit: 0
# phase: land
# requirement: tag
# looks: unready
# landing: fast-forward

rule 'id = "2"' 'state = "closed"
since = 2026-01-31
reason = "all readers have moved"'
open
git tag --delete orders-start
land --delete orders-start
edit src/readers/order.py
commit 'Sort the imports'
judge git push origin main

# title: The start tag stands on its pin
# why: The peeled commit is the pinned one.
# verdict: ready
# exit: 0
# phase: land
# requirement: tag
# landing: fast-forward

swap backout.toml '"orders-start" }' "\"orders-start\", oid = \"$(git rev-parse HEAD)\" }"
open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

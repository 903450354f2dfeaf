# title: The pin is the id of the annotated tag, not of its commit
# why: `oid` is the peeled commit. As long as it is another id, a moved tag could not be told.
# verdict: unready
# exit: 1
# phase: land
# requirement: tag
# cause: tag/moved 2
# looks: ready
# landing: fast-forward

swap backout.toml '"orders-start" }' "\"orders-start\", oid = \"$(git rev-parse orders-start)\" }"
open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

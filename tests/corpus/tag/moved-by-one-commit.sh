# title: The pinned start tag was set again, one commit further
# why: The tag exists, is annotated and an ancestor; only the pin shows that it moved.
# verdict: unready
# exit: 1
# phase: land
# requirement: tag
# cause: tag/moved 2
# looks: ready
# landing: fast-forward

swap backout.toml '"orders-start" }' "\"orders-start\", oid = \"$(git rev-parse HEAD)\" }"
open
git tag --force --annotate --message 'Begins' orders-start main > /dev/null
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

# title: The start tag is lightweight, and its commit is pinned
# why: The pin is the stronger of the two ways to see a tag move.
# verdict: ready
# exit: 0
# phase: land
# requirement: tag
# looks: unready
# landing: fast-forward

git tag --force orders-start HEAD > /dev/null
swap backout.toml '"orders-start" }' "\"orders-start\", oid = \"$(git rev-parse HEAD)\" }"
open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

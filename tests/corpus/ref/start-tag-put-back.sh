# title: A forced push puts the pinned start tag back onto its pin
# why: Onto its pin it may always go: that is how a moved tag is repaired.
# verdict: ready
# exit: 0
# phase: share
# requirement: ref
# looks: unready
# landing: tag-push

swap backout.toml '"orders-start" }' "\"orders-start\", oid = \"$(git rev-parse HEAD)\" }"
open
land --force main:refs/tags/orders-start
judge git push --force origin orders-start

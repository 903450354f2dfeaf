# title: The pinned start tag comes to the remote for the first time, on another commit
# why: Nothing is moved at the remote, but the tag is not where the configuration pins it.
# verdict: unready
# exit: 1
# phase: share
# requirement: ref
# cause: ref/start-tag-moved
# looks: ready
# landing: tag-push

swap backout.toml '"orders-start" }' "\"orders-start\", oid = \"$(git rev-parse HEAD)\" }"
open
land --delete orders-start
git tag --force --annotate --message 'Begins' orders-start > /dev/null
judge git push origin orders-start

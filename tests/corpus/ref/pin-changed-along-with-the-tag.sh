# title: One push moves the start tag and its pin
# why: The pin that has landed counts; changing it comes first, by itself.
# verdict: unready
# exit: 1
# phase: land
# requirement: ref
# cause: ref/start-tag-moved
# looks: ready
# landing: multi-ref

pin=$(git rev-parse HEAD)
swap backout.toml '"orders-start" }' "\"orders-start\", oid = \"$pin\" }"
open
swap backout.toml "$pin" "$(git rev-parse main)"
git tag --force --annotate --message 'Begins' orders-start main > /dev/null
commit 'The migration began later'
judge git push origin main +orders-start

# title: One push takes the rules and the start tag away
# why: The rules that have landed count: they go first, and the tag after that.
# verdict: unready
# exit: 1
# phase: land
# requirement: ref
# cause: ref/start-tag-deleted
# looks: ready
# landing: multi-ref

open
git rm --quiet backout.toml
commit 'The migration is over'
judge git push origin main :refs/tags/orders-start

# title: One push updates the branch and deletes the start tag
# why: Every ref line of a push is judged, not the first one alone.
# verdict: unready
# exit: 1
# phase: land
# requirement: ref
# cause: ref/start-tag-deleted
# looks: ready
# landing: multi-ref

open
edit README.md
commit 'More words'
judge git push origin main :refs/tags/orders-start

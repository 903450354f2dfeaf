# title: The start tag is on a history of its own
# why: The tag exists and is annotated, but no way leads from the work back to it.
# verdict: unready
# exit: 1
# phase: land
# requirement: tag
# cause: tag/not-ancestor 2
# looks: ready
# landing: fast-forward

open
git switch --quiet --orphan elsewhere
commit 'Another history'
git tag --force --annotate --message 'Begins' orders-start > /dev/null
git switch --quiet main
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

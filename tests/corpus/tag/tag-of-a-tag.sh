# title: The start tag stands on another tag, which stands on the commit
# why: Tags are peeled to the end.
# verdict: ready
# exit: 0
# phase: land
# requirement: tag
# looks: unready
# landing: fast-forward

git tag --annotate --message 'Inner' inner
git tag --force --annotate --message 'Outer' orders-start inner > /dev/null
open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

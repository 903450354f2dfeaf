# title: The start tag stands on a tree
# why: It resolves, but leads to no commit from which anything could have begun.
# verdict: unready
# exit: 1
# phase: land
# requirement: tag
# cause: tag/moved 2
# looks: ready
# landing: fast-forward

open
git tag --force --annotate --message 'Begins' orders-start 'HEAD^{tree}' > /dev/null
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

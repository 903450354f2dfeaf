# title: A topic branch began one commit before the start tag
# why: The tag is no ancestor of the work; the rules come from the landing branch all the same.
# verdict: unready
# exit: 1
# phase: share
# requirement: tag
# cause: tag/not-ancestor 2
# looks: ready
# landing: new-branch

git switch --quiet --create old
git switch --quiet main
edit README.md
commit 'Words'
git tag --force --annotate --message 'Begins' orders-start > /dev/null
open
git switch --quiet old
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin old

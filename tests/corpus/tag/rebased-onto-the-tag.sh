# title: The same branch, rebased onto the landing branch
# why: After the rebase the work descends from the tag.
# verdict: ready
# exit: 0
# phase: land
# requirement: tag
# looks: unready
# landing: rebase

git switch --quiet --create old
git switch --quiet main
edit README.md
commit 'Words'
git tag --force --annotate --message 'Begins' orders-start > /dev/null
open
git switch --quiet old
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
git rebase --quiet main
judge git push origin old:main

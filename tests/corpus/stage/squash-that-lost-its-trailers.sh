# title: A squash took the title alone
# why: Whose work it is can only be suggested; it is told, and `attribute` repairs it.
# verdict: ready
# exit: 0
# phase: land
# requirement: stage
# warns: stage/ambiguous-commit 2
# landing: squash-without-trailers

open
git switch --quiet --create topic
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
git switch --quiet main
git merge --squash --quiet topic > /dev/null
commit 'Readers (#7)'
judge git push origin main

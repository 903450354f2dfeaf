# title: The plan is deleted in the work tree, and still in the commit
# why: It is read from the pushed commit.
# verdict: ready
# exit: 0
# phase: land
# requirement: runbook
# looks: unready
# landing: cherry-pick

open
git switch --quiet --create topic
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
git switch --quiet main
edit README.md
commit 'More words'
git cherry-pick topic > /dev/null
rm docs/rollback.md
judge git push origin main

# title: The plan is a symbolic link
# why: What it leads to is not in this commit for certain.
# verdict: ready
# exit: 0
# phase: land
# requirement: runbook
# warns: runbook/plan-missing
# landing: fast-forward

open
git mv docs/rollback.md docs/plan.md
ln -s plan.md docs/rollback.md
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

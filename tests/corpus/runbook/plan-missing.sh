# title: The push deletes the plan and lands a stage
# why: People who roll back need the plan in front of them; it is told.
# verdict: ready
# exit: 0
# phase: land
# requirement: runbook
# warns: runbook/plan-missing
# landing: fast-forward

open
git rm --quiet docs/rollback.md
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

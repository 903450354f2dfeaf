# title: The plan is in the work tree, and was never committed
# why: It is read from the pushed commit.
# verdict: unready
# exit: 1
# phase: land
# requirement: runbook
# cause: runbook/plan-missing
# looks: ready
# landing: fast-forward

printf '"runbook/plan-missing" = "deny"\n' >> backout.toml
git rm --quiet docs/rollback.md
open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
mkdir -p docs
echo 'Switch the readers off.' > docs/rollback.md
judge git push origin main

# title: The same for a team that wants to be stopped
# why: `[requirements]` sets the level.
# verdict: unready
# exit: 1
# phase: land
# requirement: runbook
# cause: runbook/plan-missing
# landing: fast-forward

printf '"runbook/plan-missing" = "deny"\n' >> backout.toml
open
git rm --quiet docs/rollback.md
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

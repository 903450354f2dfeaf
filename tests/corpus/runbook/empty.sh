# title: The plan is there, and holds nothing but blank lines
# why: A file without a word helps nobody.
# verdict: unready
# exit: 1
# phase: land
# requirement: runbook
# cause: runbook/plan-missing
# looks: ready
# landing: merge-commit

printf '"runbook/plan-missing" = "deny"\n' >> backout.toml
open
git switch --quiet --create topic
printf '\n  \n' > docs/rollback.md
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
git switch --quiet main
merge topic "Merge branch 'topic'"
judge git push origin main

# title: The push deletes the plan, and touches no stage
# why: The plan is asked for where a stage is touched.
# verdict: ready
# exit: 0
# phase: land
# requirement: runbook
# looks: unready
# landing: fast-forward

open
git rm --quiet docs/rollback.md
commit 'It is in the wiki'
judge git push origin main

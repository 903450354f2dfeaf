# title: CI breaks the glass for the missing backup
# why: The override comes from a protected place, and stands in the report.
# verdict: ready
# exit: 0
# phase: land
# requirement: policy
# aside: backup/missing 3
# looks: unready
# landing: push-event

open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
land main
ci_clone
push_event refs/heads/main main~1 main
export BACKOUT_OVERRIDES='[[overrides]]
finding = "backup/missing"
stage = "3"
reason = "the snapshot of 02:00 is good"
approver = "@ada"'
judge backout check

# title: The override names another finding
# why: It lets that one finding pass, and no other.
# verdict: unready
# exit: 1
# phase: land
# requirement: policy
# cause: backup/missing 3
# looks: ready
# landing: range

open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
export BACKOUT_OVERRIDES='[[overrides]]
finding = "backup/stale"
reason = "the snapshot of 02:00 is good"
approver = "@ada"'
judge backout check --base origin/main

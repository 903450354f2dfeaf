# title: The override has no approver
# why: Who breaks the glass wants to know at once that it did not work.
# verdict: invalid
# exit: 2
# phase: land
# requirement: policy
# cause: refused
# landing: range

open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
export BACKOUT_OVERRIDES='[[overrides]]
finding = "backup/missing"
reason = "the snapshot of 02:00 is good"'
judge backout check --base origin/main

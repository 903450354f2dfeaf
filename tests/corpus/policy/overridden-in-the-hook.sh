# title: Somebody sets the override's variable on their own machine
# why: A hook takes none: that is no protected place.
# verdict: unready
# exit: 1
# phase: land
# requirement: policy
# cause: backup/missing 3
# looks: ready
# landing: fast-forward

open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
export BACKOUT_OVERRIDES='[[overrides]]
finding = "backup/missing"
reason = "the snapshot of 02:00 is good"
approver = "@ada"'
judge git push origin main

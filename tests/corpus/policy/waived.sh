# title: A landed waiver sets the missing backup aside for ten days
# why: It has a reason and an end, and came by an earlier push.
# verdict: ready
# exit: 0
# phase: land
# requirement: policy
# aside: backup/missing 3
# looks: unready
# landing: fast-forward

printf '\n[[waivers]]\nfinding = "backup/missing"\nstage = "3"\nreason = "taken by hand"\nexpires = %s\n' "$(day '+10 days')" >> backout.toml
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

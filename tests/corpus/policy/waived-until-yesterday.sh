# title: The waiver's last day was yesterday
# why: It does not hold any more, and the finding that it set aside is back.
# verdict: unready
# exit: 1
# phase: land
# requirement: policy
# cause: backup/missing 3
# warns: policy/waiver-expired
# looks: ready
# landing: fast-forward

printf '\n[[waivers]]\nfinding = "backup/missing"\nstage = "3"\nreason = "taken by hand"\nexpires = %s\n' "$(day '-1 day')" >> backout.toml
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

# title: The waiver's last day is today
# why: Dates expire at the end of the day; that the way back closes then is told.
# verdict: ready
# exit: 0
# phase: land
# requirement: policy
# aside: backup/missing 3
# warns: window/closing 3
# looks: unready
# landing: fast-forward

printf '\n[[waivers]]\nfinding = "backup/missing"\nstage = "3"\nreason = "taken by hand"\nexpires = %s\n' "$(today)" >> backout.toml
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

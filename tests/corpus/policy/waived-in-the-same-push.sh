# title: The waiver comes with the very push that it excuses
# why: A waiver counts once it has landed.
# verdict: unready
# exit: 1
# phase: land
# requirement: policy
# cause: backup/missing 3
# looks: ready
# landing: fast-forward

open
printf '\n[[waivers]]\nfinding = "backup/missing"\nstage = "3"\nreason = "taken by hand"\nexpires = %s\n' "$(day '+10 days')" >> backout.toml
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

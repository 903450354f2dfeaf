# title: The waiver is about another stage
# why: It holds for that one alone.
# verdict: unready
# exit: 1
# phase: land
# requirement: policy
# cause: backup/missing 3
# looks: ready
# landing: fast-forward

printf '\n[[waivers]]\nfinding = "backup/missing"\nstage = "2"\nreason = "taken by hand"\nexpires = %s\n' "$(day '+10 days')" >> backout.toml
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

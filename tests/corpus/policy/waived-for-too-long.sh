# title: The waiver runs for sixty days, and thirty are allowed
# why: It does not hold: a waiver without a near end is a hole in the rules.
# verdict: unready
# exit: 1
# phase: land
# requirement: policy
# cause: backup/missing 3
# warns: policy/waiver-expired
# looks: ready
# landing: fast-forward

rule '[migration]' 'max_waiver = "30d"'
printf '\n[[waivers]]\nfinding = "backup/missing"\nstage = "3"\nreason = "taken by hand"\nexpires = %s\n' "$(day '+60 days')" >> backout.toml
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

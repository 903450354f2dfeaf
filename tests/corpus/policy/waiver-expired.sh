# title: An expired waiver stands in the rules, and what it waived is repaired
# why: It should be taken out; it stops nothing.
# verdict: ready
# exit: 0
# phase: land
# requirement: policy
# warns: policy/waiver-expired
# landing: fast-forward

printf '\n[[waivers]]\nfinding = "backup/missing"\nstage = "3"\nreason = "taken by hand"\nexpires = %s\n' "$(day '-1 day')" >> backout.toml
receipt sessions '-10 minutes'
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

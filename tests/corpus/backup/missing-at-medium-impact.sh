# title: A stage of impact medium lands without its backup
# why: missing denies at a landing from impact high up.
# verdict: ready
# exit: 0
# phase: land
# requirement: backup
# warns: backup/missing 3
# looks: unready
# landing: fast-forward

swap backout.toml 'critical' 'medium'
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

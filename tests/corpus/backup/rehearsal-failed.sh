# title: No rehearsals are asked for, but the one that was made failed
# why: A restore is known to fail.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/unrehearsed 3
# looks: ready
# landing: fast-forward

receipt sessions '-10 minutes'
echo "rehearsed = { at = $(moment '-5 minutes'), target = \"scratch\", result = \"failed\" }" >> .backout/backups/sessions.toml
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

# title: The last rehearsal was twenty days ago, every fourteen are asked
# why: The backup itself is young enough, its rehearsal is not.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/unrehearsed 3
# looks: ready
# landing: fast-forward

rule '[backups.sessions]' 'rehearse_every = "14d"'
swap backout.toml 'max_age_at_deploy = "1h"
' ''
receipt sessions '-21 days'
echo "rehearsed = { at = $(moment '-20 days'), target = \"scratch\", result = \"passed\" }" >> .backout/backups/sessions.toml
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

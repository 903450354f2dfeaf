# title: The rehearsal in the receipt is older than the archive
# why: What was restored then was another archive; this one never was.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/unrehearsed 3
# looks: ready
# landing: fast-forward

rule '[backups.sessions]' 'rehearse_every = "14d"'
receipt sessions '-10 minutes'
echo "rehearsed = { at = $(moment '-2 days'), target = \"scratch\", result = \"passed\" }" >> .backout/backups/sessions.toml
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

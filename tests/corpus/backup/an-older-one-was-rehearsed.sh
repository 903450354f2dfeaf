# title: The archive before the last one was rehearsed, the last one was not
# why: The last archive is the one that would be restored.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/unrehearsed 3
# looks: ready
# landing: fast-forward

rule '[backups.sessions]' 'rehearse_every = "14d"'
receipt sessions '-20 minutes'
echo "rehearsed = { at = $(moment '-15 minutes'), target = \"scratch\", result = \"passed\" }" >> .backout/backups/sessions.toml
archive sessions '-10 minutes'
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

# title: The last backup is empty, the one before is not
# why: The last one counts: it is the one that would be restored.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/empty 3
# looks: ready
# landing: fast-forward

receipt sessions '-10 minutes'
swap .backout/backups/sessions.toml 'entries = 12' 'entries = 0'
archive sessions '-20 minutes'
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

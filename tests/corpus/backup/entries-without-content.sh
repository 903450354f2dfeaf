# title: The backup holds twelve entries without a byte of content
# why: A restore brings back names alone.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/empty 3
# looks: ready
# landing: fast-forward

receipt sessions '-10 minutes'
swap .backout/backups/sessions.toml 'payload_bytes = 3072' 'payload_bytes = 0'
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

# title: The backup holds no entry
# why: It is there, it is fresh, and it brings back nothing.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/empty 3
# looks: ready
# landing: fast-forward

receipt sessions '-10 minutes'
swap .backout/backups/sessions.toml 'entries = 12' 'entries = 0'
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

# title: The archive is a dump that backout did not make
# why: Many things look like a backup; this one it cannot restore.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/foreign-format 3
# looks: ready
# landing: fast-forward

receipt sessions '-10 minutes'
swap .backout/backups/sessions.toml 'backout-archive/1' 'redis-cli-json'
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

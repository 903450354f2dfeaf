# title: The archive was taken from a file, the configuration now names a command
# why: It would be restored into the wrong kind of store.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/incompatible 3
# looks: ready
# landing: fast-forward

receipt sessions '-10 minutes'
swap .backout/backups/sessions.toml 'source = "command"' 'source = "file"'
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

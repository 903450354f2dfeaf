# title: A newer backout made the archive
# why: This one cannot restore it.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/incompatible 3
# looks: ready
# landing: fast-forward

receipt sessions '-10 minutes'
swap .backout/backups/sessions.toml 'backout-archive/1' 'backout-archive/99'
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

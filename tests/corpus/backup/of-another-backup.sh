# title: The receipt is that of another backup, under this one's name
# why: It says itself that it is not about these data.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/corrupt 3
# looks: ready
# landing: fast-forward

receipt sessions '-10 minutes'
swap .backout/backups/sessions.toml 'backup = "sessions"' 'backup = "carts"'
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

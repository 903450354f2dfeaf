# title: A newer backout wrote the receipt
# why: Its keys may mean something else.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/incompatible 3
# landing: fast-forward

receipt sessions '-10 minutes'
swap .backout/backups/sessions.toml 'version = 1' 'version = 2'
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

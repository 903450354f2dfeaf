# title: The receipt was copied from another migration
# why: It says itself that it belongs to another one.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/corrupt 3
# looks: ready
# landing: fast-forward

receipt sessions '-10 minutes'
swap .backout/backups/sessions.toml 'migration = "orders"' 'migration = "carts"'
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

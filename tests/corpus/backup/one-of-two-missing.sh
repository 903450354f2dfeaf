# title: The stage names two backups, and one has no receipt
# why: A rollback restores both.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/missing 3
# looks: ready
# landing: fast-forward

swap backout.toml 'backups = ["sessions"]' 'backups = ["sessions", "carts"]'
cat >> backout.toml << 'BACKUP'

[backups.carts]
source = { kind = "command", command = ["./ops/export-carts"] }
store = "s3://ops-backups/orders"
BACKUP
receipt sessions '-10 minutes'
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

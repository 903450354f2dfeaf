# title: The same with the receipt where it belongs
# why: services/billing/.backout holds what services/billing/backout.toml asks for.
# verdict: ready
# exit: 0
# phase: land
# requirement: backup
# looks: unready
# landing: fast-forward

mkdir -p services/billing
sed 's/"orders"/"billing"/' backout.toml > services/billing/backout.toml
swap services/billing/backout.toml 'document = "docs/rollback.md"
' ''
swap backout.toml 'version = 1' 'version = 1
include = ["services/billing/backout.toml"]'
edit services/billing/src/sessions/store.py
receipt sessions '-10 minutes'
mv .backout services/billing/.backout
swap services/billing/.backout/backups/sessions.toml '"orders"' '"billing"'
open
edit services/billing/src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: billing:3'
judge git push origin main

# title: A second migration's receipt lies beside the root configuration
# why: `.backout/` lies beside its own configuration, in services/billing.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/missing 3
# looks: ready
# landing: fast-forward

mkdir -p services/billing
sed 's/"orders"/"billing"/' backout.toml > services/billing/backout.toml
swap services/billing/backout.toml 'document = "docs/rollback.md"
' ''
swap backout.toml 'version = 1' 'version = 1
include = ["services/billing/backout.toml"]'
edit services/billing/src/sessions/store.py
receipt sessions '-10 minutes'
open
edit services/billing/src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: billing:3'
judge git push origin main

# title: The push that lands an unready stage of a second migration drops that from the root's `include`
# why: By the trusted rules it is still part of them.
# verdict: unready
# exit: 1
# phase: land
# requirement: policy
# cause: backup/missing 3
# looks: ready
# landing: fast-forward

mkdir -p services/billing
sed 's/"orders"/"billing"/' backout.toml > services/billing/backout.toml
swap services/billing/backout.toml 'document = "docs/rollback.md"
' ''
swap services/billing/backout.toml 'flags = { USE_NEW_ORDERS = "off" }
' ''
swap services/billing/backout.toml '["flags", "code"]' '["code"]'
swap backout.toml 'version = 1' 'version = 1
include = ["services/billing/backout.toml"]'
edit services/billing/src/sessions/store.py
open
swap backout.toml 'include = ["services/billing/backout.toml"]
' ''
edit services/billing/src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: billing:3'
judge git push origin main

# title: A receipt whose digest somebody made up
# why: It is of nothing that would be backed out.
# verdict: unready
# exit: 1
# phase: land
# requirement: rehearsal
# cause: rehearsal/outdated 3
# landing: fast-forward

asks_for_rehearsals
open
receipt sessions '-4 minutes'
edit src/sessions/store.py
mkdir -p .backout/receipts/orders
cat > .backout/receipts/orders/3.toml << RECEIPT
version = 1
migration = "orders"
stage = "3"
rehearsed = $(moment '-10 minutes')
digest = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
verify = "passed"
RECEIPT
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

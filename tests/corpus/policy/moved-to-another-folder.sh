# title: An included configuration is moved to another folder, with every pattern as it was
# why: Patterns are relative to their folder: the stages own other files from then on.
# verdict: ready
# exit: 0
# phase: land
# requirement: policy
# warns: policy/changed, policy/changed, policy/changed, policy/weakened, policy/weakened, policy/weakened
# landing: fast-forward

mkdir -p services/orders/src services/billing/src
edit services/orders/src/store.py services/billing/src/bill.py
cat > services/orders/backout.toml << 'RULES'
version = 1

[migration]
id = "orders"
name = "Orders in the new shape"
start = { tag = "orders-start" }
branch = "main"
scope = ["src/**"]

[[stages]]
id = "1"
name = "Models"
impact = "critical"
paths = ["src/**"]
rollback = ["code"]
RULES
printf 'version = 1\ninclude = ["services/orders/backout.toml"]\n' > backout.toml
open
git mv services/orders/backout.toml services/billing/backout.toml
swap backout.toml orders billing
commit 'Tidy up'
judge git push origin main

# title: The flagd definition has no variant for the safe state
# why: The state cannot be reached by choosing another variant.
# verdict: unready
# exit: 1
# phase: land
# requirement: flag
# cause: flag/no-safe-state 2
# looks: ready
# landing: fast-forward

swap backout.toml '".env.example"' '"flags.flagd.json"'
cat > flags.flagd.json << 'FLAGS'
{"flags": {"USE_NEW_ORDERS": {"state": "ENABLED", "variants": {"on": true}, "defaultVariant": "on"}}}
FLAGS
open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

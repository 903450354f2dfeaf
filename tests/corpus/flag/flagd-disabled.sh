# title: The flagd definition is DISABLED
# why: flagd does not evaluate it: the program's own default holds, whichever variant is chosen.
# verdict: unready
# exit: 1
# phase: land
# requirement: flag
# cause: flag/no-safe-state 2
# looks: ready
# landing: fast-forward

swap backout.toml '".env.example"' '"flags.flagd.json"'
cat > flags.flagd.json << 'FLAGS'
{"flags": {"USE_NEW_ORDERS": {"state": "DISABLED", "variants": {"on": true, "off": false}, "defaultVariant": "on"}}}
FLAGS
open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

# title: The flagd definition has both variants
# why: Defined, with the safe state's value among its variants.
# verdict: ready
# exit: 0
# phase: land
# requirement: flag
# landing: fast-forward

swap backout.toml '".env.example"' '"flags.flagd.json"'
cat > flags.flagd.json << 'FLAGS'
{"flags": {"USE_NEW_ORDERS": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "on"}}}
FLAGS
open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

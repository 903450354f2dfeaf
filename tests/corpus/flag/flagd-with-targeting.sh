# title: The flagd definition has targeting rules
# why: They go before the default variant, so another default may not reach everybody. That is told:
#   what the rules come to, the file alone does not say.
# verdict: ready
# exit: 0
# phase: land
# requirement: flag
# warns: flag/targeting 2
# looks: unready
# landing: fast-forward

swap backout.toml '".env.example"' '"flags.flagd.json"'
cat > flags.flagd.json << 'FLAGS'
{"flags": {"USE_NEW_ORDERS": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "on",
  "targeting": {"if": [{"in": ["pilot", {"var": "groups"}]}, "on"]}}}}
FLAGS
open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

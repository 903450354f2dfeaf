# title: The flag's file is broken YAML
# why: "Could not read" is never "not defined", and never a pass.
# verdict: indeterminate
# exit: 3
# phase: land
# requirement: flag
# cause: flag/undefined 2
# looks: ready
# landing: fast-forward

swap backout.toml '".env.example"' '"values.yaml"'
printf 'USE_NEW_ORDERS: "false\n' > values.yaml
open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

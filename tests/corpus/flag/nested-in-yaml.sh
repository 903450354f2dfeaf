# title: The flag is a nested key of a YAML file
# why: It is defined there, once, with a value that can be set.
# verdict: ready
# exit: 0
# phase: land
# requirement: flag
# looks: unready
# landing: fast-forward

swap backout.toml '".env.example"' '"values.yaml"'
printf 'app:\n  env:\n    USE_NEW_ORDERS: "false" # off\n' > values.yaml
open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

# title: A push makes a stage's rules stricter, and does not meet them
# why: The judged rules are asked as well as the trusted ones.
# verdict: unready
# exit: 1
# phase: land
# requirement: policy
# cause: flag/no-safe-state 3
# looks: ready
# landing: fast-forward

receipt sessions '-10 minutes'
open
swap backout.toml '["code", "data"]' '["flags", "code", "data"]'
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

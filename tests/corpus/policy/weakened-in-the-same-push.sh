# title: The push that lands an unready stage lowers its impact
# why: The trusted rules hold until the weaker ones have landed.
# verdict: unready
# exit: 1
# phase: land
# requirement: policy
# cause: backup/missing 3
# looks: ready
# landing: fast-forward

open
swap backout.toml 'critical' 'low'
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

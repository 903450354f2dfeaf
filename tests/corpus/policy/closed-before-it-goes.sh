# title: A landed stage that is closed is taken out of the rules
# why: A closed stage needs no way back, so nothing of it can be forgotten.
# verdict: ready
# exit: 0
# phase: land
# requirement: policy
# warns: policy/changed, policy/weakened
# looks: unready
# landing: fast-forward

open
edit src/models/order.py
commit 'New models' 'Migration-Stage: 1'
swap backout.toml 'impact = "low"' 'impact = "low"
state = "closed"
since = 2026-01-01
reason = "the old models are gone"'
commit 'Close it'
land main
swap backout.toml '[[stages]]
id = "1"
name = "Models"
impact = "low"
state = "closed"
since = 2026-01-01
reason = "the old models are gone"
paths = ["src/models/**"]
rollback = ["code"]

' ''
commit 'Take it out'
judge git push origin main

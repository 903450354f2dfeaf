# title: The push that lands an unready stage takes its backup out of the rules
# why: What is trusted still asks for it.
# verdict: unready
# exit: 1
# phase: land
# requirement: policy
# cause: backup/missing 3
# looks: ready
# landing: fast-forward

open
swap backout.toml 'rollback = ["code", "data"]
backups = ["sessions"]' 'rollback = ["code"]'
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

# title: The same rule comes with the push that it excuses
# why: What is trusted denies.
# verdict: unready
# exit: 1
# phase: land
# requirement: policy
# cause: backup/missing 3
# looks: ready
# landing: fast-forward

open
printf '"backup/missing" = "allow"\n' >> backout.toml
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

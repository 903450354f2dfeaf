# title: The push that lands an unready stage says that stages land elsewhere
# why: By the trusted rules they land here.
# verdict: unready
# exit: 1
# phase: land
# requirement: policy
# cause: backup/missing 3
# looks: ready
# landing: fast-forward

open
swap backout.toml 'branch = "main"' 'branch = "release"'
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

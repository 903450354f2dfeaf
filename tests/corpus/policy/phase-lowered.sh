# title: The landed rules say that a landing is to be judged as sharing
# why: `[phases]` makes a phase stricter, never laxer.
# verdict: unready
# exit: 1
# phase: land
# requirement: policy
# cause: backup/missing 3
# looks: ready
# landing: fast-forward

printf '\n[phases]\nland = "share"\n' >> backout.toml
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

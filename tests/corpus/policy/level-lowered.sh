# title: The landed rules only warn of a missing backup at a landing
# why: Levels are the team's to set; this one landed before.
# verdict: ready
# exit: 0
# phase: land
# requirement: policy
# warns: backup/missing 3
# looks: unready
# landing: fast-forward

printf '"backup/missing" = { land = "warn" }\n' >> backout.toml
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

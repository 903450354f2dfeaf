# title: The push that lands the stage deletes the receipt that was there
# why: The pushed tip's tree counts, not what was there before.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/missing 3
# looks: ready
# landing: fast-forward

receipt sessions '-10 minutes'
open
git rm --quiet .backout/backups/sessions.toml
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

# title: A push deletes the receipt of a stage that has landed, and nothing else
# why: No stage goes forward; but a rollback would miss the receipt, so it is told.
# verdict: ready
# exit: 0
# phase: land
# requirement: backup
# warns: backup/missing 3
# landing: fast-forward

open
edit src/sessions/store.py
receipt sessions '-1 minute'
commit 'Move the sessions' 'Migration-Stage: 3'
land main
git rm --quiet .backout/backups/sessions.toml
commit 'Tidy up'
judge git push origin main

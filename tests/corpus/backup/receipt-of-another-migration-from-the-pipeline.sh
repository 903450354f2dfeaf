# title: The pipeline hands over the receipt of another migration's backup of the same name
# why: It says itself that it belongs to another one: it is no evidence here, and there is no other.
# verdict: unready
# exit: 1
# phase: deploy
# requirement: backup
# cause: backup/missing 3
# looks: ready
# landing: deployment

open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
receipt sessions '-1 minute'
swap .backout/backups/sessions.toml '"orders"' '"carts"'
mv .backout/backups/sessions.toml ../pipeline.toml
judge backout check --base origin/main --phase deploy --receipt ../pipeline.toml

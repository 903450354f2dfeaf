# title: The pipeline hands over the receipt of yesterday's run
# why: It is evidence like any other, and too old.
# verdict: unready
# exit: 1
# phase: deploy
# requirement: backup
# cause: backup/stale 3
# looks: ready
# landing: deployment

open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
receipt sessions '-1 day'
mv .backout/backups/sessions.toml ../pipeline.toml
judge backout check --base origin/main --phase deploy --receipt ../pipeline.toml

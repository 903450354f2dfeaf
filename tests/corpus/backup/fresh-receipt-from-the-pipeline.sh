# title: The tree's receipt is old, the pipeline hands over a fresh one
# why: `--receipt` adds evidence; the last archive captured before the stage takes effect counts.
# verdict: ready
# exit: 0
# phase: deploy
# requirement: backup
# looks: unready
# landing: deployment

receipt sessions '-3 hours'
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
cp .backout/backups/sessions.toml ../tree.toml
receipt sessions '-1 minute'
mv .backout/backups/sessions.toml ../pipeline.toml
cp ../tree.toml .backout/backups/sessions.toml
judge backout check --base origin/main --phase deploy --receipt ../pipeline.toml

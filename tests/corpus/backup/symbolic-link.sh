# title: The receipt is a symbolic link to a good one
# why: Links could lead out of the pushed commit and are not followed.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/corrupt 3
# looks: ready
# landing: fast-forward

receipt sessions '-10 minutes'
mv .backout/backups/sessions.toml docs/receipt.toml
ln -s ../../docs/receipt.toml .backout/backups/sessions.toml
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

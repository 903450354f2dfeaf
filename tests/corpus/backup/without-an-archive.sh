# title: The receipt names no archive
# why: A receipt of nothing is no receipt.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/corrupt 3
# looks: ready
# landing: fast-forward

receipt sessions '-10 minutes'
head -n 3 .backout/backups/sessions.toml > ../receipt
mv ../receipt .backout/backups/sessions.toml
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

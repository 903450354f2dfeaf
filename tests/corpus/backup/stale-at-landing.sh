# title: The stage lands with a backup of three hours ago
# why: Freshness denies at a deployment only: the pipeline takes another one.
# verdict: ready
# exit: 0
# phase: land
# requirement: backup
# warns: backup/stale 3
# looks: unready
# landing: fast-forward

receipt sessions '-3 hours'
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

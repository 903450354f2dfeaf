# title: The delivery pipeline asks with a backup of three hours ago
# why: One hour is allowed when the stage takes effect, and that is now.
# verdict: unready
# exit: 1
# phase: deploy
# requirement: backup
# cause: backup/stale 3
# landing: deployment

receipt sessions '-3 hours'
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge backout check --base origin/main --phase deploy

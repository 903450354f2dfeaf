# title: The pipeline asks with a backup that is a minute too old
# why: The capture began 61 minutes ago.
# verdict: unready
# exit: 1
# phase: deploy
# requirement: backup
# cause: backup/stale 3
# looks: ready
# landing: deployment

receipt sessions '-61 minutes'
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge backout check --base origin/main --phase deploy

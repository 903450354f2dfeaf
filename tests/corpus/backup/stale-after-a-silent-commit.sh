# title: A silent commit landed days ago, a backup followed, and the stage's first work is deployed now
# why: If the silent commit was a hotfix, the stage takes effect now, with a backup of three days ago.
# verdict: indeterminate
# exit: 3
# phase: deploy
# requirement: backup
# cause: backup/stale 3
# looks: ready
# landing: deployment

at '-6 days'
open
at '-5 days'
edit src/sessions/store.py
commit 'Accept blanks'
receipt sessions '-3 days'
at '-3 days'
commit 'Receipt of the backup'
land main
at '-5 minutes'
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge backout check --base origin/main --phase deploy

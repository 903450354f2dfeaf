# title: The pipeline asks with a backup that it took this very second
# why: Nothing is as fresh; it was captured before the stage takes effect.
# verdict: ready
# exit: 0
# phase: deploy
# requirement: backup
# warns: policy/evidence-added
# looks: unready
# landing: deployment

open
edit src/sessions/store.py
at 'now'
receipt sessions 'now'
commit 'Move the sessions' 'Migration-Stage: 3'
judge backout check --base origin/main --phase deploy

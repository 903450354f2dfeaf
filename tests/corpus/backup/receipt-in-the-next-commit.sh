# title: The receipt comes one commit after the work, in the same push
# why: Receipts are read from the pushed tip's tree.
# verdict: ready
# exit: 0
# phase: land
# requirement: backup
# warns: policy/evidence-added
# looks: unready
# landing: fast-forward

open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
receipt sessions '-1 minute'
commit 'Receipt of the backup'
judge git push origin main

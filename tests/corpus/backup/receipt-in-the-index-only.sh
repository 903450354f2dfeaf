# title: The receipt was added and not committed
# why: Evidence counts from the pushed commit's tree.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/missing 3
# looks: ready
# landing: fast-forward

open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
receipt sessions '-1 minute'
git add --all
judge git push origin main

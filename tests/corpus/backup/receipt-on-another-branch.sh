# title: The receipt is committed on another branch
# why: It is not in the pushed commit.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/missing 3
# looks: ready
# landing: fast-forward

open
git switch --quiet --create receipts
receipt sessions '-10 minutes'
commit 'Receipt of the backup'
land receipts
git switch --quiet main
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

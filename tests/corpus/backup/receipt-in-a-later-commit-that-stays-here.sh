# title: The commit with the receipt is not pushed
# why: The branch here has it, the pushed commit has not.
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
commit 'Receipt of the backup'
judge git push origin main~1:main

# title: The commit is older than the backup, and landed together with the receipt
# why: When more of the stage comes, the receipt was on the branch before: it was taken in time.
# verdict: ready
# exit: 0
# phase: land
# requirement: backup
# looks: unready
# landing: fast-forward

open
at '-2 days'
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
at '-5 minutes'
receipt sessions '-1 hour'
commit 'Record the backup'
land main
edit src/sessions/more.py
commit 'Move the rest' 'Migration-Stage: 3'
judge git push origin main

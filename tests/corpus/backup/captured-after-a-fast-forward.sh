# title: The stage landed by a fast-forward two days ago, and today somebody takes the backup
# why: The commit is on the branch, and no receipt there tells of a backup: nobody knows that it is of
#   the old data.
# verdict: indeterminate
# exit: 3
# phase: land
# requirement: backup
# cause: backup/after-the-fact 3
# looks: ready
# landing: fast-forward

open
at '-2 days'
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
land main
at '-5 minutes'
receipt sessions '-1 hour'
edit src/sessions/more.py
commit 'Move the rest' 'Migration-Stage: 3'
judge git push origin main

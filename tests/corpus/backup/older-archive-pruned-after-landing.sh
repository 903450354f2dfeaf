# title: The archive from before the landing is pruned from the receipt, a later one stays
# why: The later one holds the new data. That its receipt is on the landing branch by now says
#   nothing of when the stage took effect.
# verdict: indeterminate
# exit: 3
# phase: land
# requirement: backup
# cause: backup/after-the-fact 3
# looks: ready
# landing: fast-forward

open
at '-5 days'
receipt sessions '-5 days -1 minute'
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
land main
at '-1 day'
receipt sessions '-1 day -1 minute'
commit 'Only the newest archive is kept'
land main
at '-10 minutes'
edit src/sessions/store.py
commit 'Move the rest' 'Migration-Stage: 3'
judge git push origin main

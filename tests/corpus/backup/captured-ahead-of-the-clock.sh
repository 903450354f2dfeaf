# title: The receipt says that the capture ends tomorrow
# why: One of two clocks is wrong, so nothing is known of its age. That is no pass.
# verdict: indeterminate
# exit: 3
# phase: land
# requirement: backup
# cause: backup/missing 3
# looks: ready
# landing: fast-forward

receipt sessions '+1 day'
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

# title: A commit says that it backs the stage out, and that it is the stage's work
# why: Work of the stage takes it forward, whatever else the message says.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/missing 3
# looks: ready
# landing: fast-forward

open
edit src/sessions/store.py
commit 'Move the sessions' 'Backout-Stage: 3' 'Migration-Stage: 3'
judge git push origin main

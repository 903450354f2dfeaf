# title: All that a stage's commit does is to make its file executable
# why: A change of mode is a change.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/missing 3
# looks: ready
# landing: fast-forward

open
chmod +x src/sessions/store.py
commit 'Run it' 'Migration-Stage: 3'
judge git push origin main

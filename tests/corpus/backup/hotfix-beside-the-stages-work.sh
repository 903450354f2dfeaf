# title: One push holds a declared hotfix and work of the same stage
# why: The hotfix excuses itself alone.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/missing 3
# looks: ready
# landing: fast-forward

open
edit src/sessions/store.py
commit 'Accept blanks' 'Migration-Stage: none'
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

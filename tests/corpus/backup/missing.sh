# title: A critical stage lands without its backup
# why: Once it has taken effect, the old data is gone.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/missing 3
# landing: fast-forward

open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

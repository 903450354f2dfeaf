# title: A merge left its markers in the receipt
# why: A receipt that cannot be read proves nothing.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/corrupt 3
# landing: fast-forward

receipt sessions '-10 minutes'
swap .backout/backups/sessions.toml 'entries = 12' '<<<<<<< HEAD
entries = 12
=======
entries = 11
>>>>>>> topic'
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

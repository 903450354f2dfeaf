# title: Rehearsals are asked for, and nobody restored this backup
# why: A backup that nobody restored is a hope.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/unrehearsed 3
# looks: ready
# landing: fast-forward

rule '[backups.sessions]' 'rehearse_every = "14d"'
receipt sessions '-10 minutes'
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

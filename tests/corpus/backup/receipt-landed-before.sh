# title: The receipt landed before the work
# why: The backup was captured before the stage takes effect, and is fresh.
# verdict: ready
# exit: 0
# phase: land
# requirement: backup
# landing: fast-forward

receipt sessions '-10 minutes'
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

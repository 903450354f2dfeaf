# title: Every key in the backup expires within two hours
# why: Then a restore brings back nothing.
# verdict: ready
# exit: 0
# phase: land
# requirement: window
# warns: window/closing 3
# landing: fast-forward

receipt sessions '-10 minutes'
swap .backout/backups/sessions.toml 'entries = 12' "entries = 12
expiring = 12
expires_earliest = $(moment '+1 hour')
expires_latest = $(moment '+2 hours')"
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

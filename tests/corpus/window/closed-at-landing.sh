# title: The same at a landing
# why: window denies at a deployment only; before, another backup can be taken.
# verdict: ready
# exit: 0
# phase: land
# requirement: window
# warns: window/closed 3
# looks: unready
# landing: fast-forward

receipt sessions '-30 minutes'
swap .backout/backups/sessions.toml 'entries = 12' "entries = 12
expiring = 12
expires_earliest = $(moment '-20 minutes')
expires_latest = $(moment '-10 minutes')"
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

# title: Eleven of twelve keys have expired
# why: A restore still brings something back, and counts what expired.
# verdict: ready
# exit: 0
# phase: deploy
# requirement: window
# looks: unready
# landing: deployment

receipt sessions '-30 minutes'
swap .backout/backups/sessions.toml 'entries = 12' "entries = 12
expiring = 11
expires_earliest = $(moment '-20 minutes')
expires_latest = $(moment '-10 minutes')"
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge backout check --base origin/main --phase deploy

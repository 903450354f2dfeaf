# title: The keys in the backup expire in three days
# why: There is time enough.
# verdict: ready
# exit: 0
# phase: deploy
# requirement: window
# looks: unready
# landing: deployment

receipt sessions '-10 minutes'
swap .backout/backups/sessions.toml 'entries = 12' "entries = 12
expiring = 12
expires_earliest = $(moment '+1 day')
expires_latest = $(moment '+3 days')"
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge backout check --base origin/main --phase deploy

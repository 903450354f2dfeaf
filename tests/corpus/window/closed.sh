# title: The pipeline asks with a backup whose keys have all expired
# why: It is fresh by its age, and a restore would bring back nothing.
# verdict: unready
# exit: 1
# phase: deploy
# requirement: window
# cause: window/closed 3
# looks: ready
# landing: deployment

receipt sessions '-30 minutes'
swap .backout/backups/sessions.toml 'entries = 12' "entries = 12
expiring = 12
expires_earliest = $(moment '-20 minutes')
expires_latest = $(moment '-10 minutes')"
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge backout check --base origin/main --phase deploy

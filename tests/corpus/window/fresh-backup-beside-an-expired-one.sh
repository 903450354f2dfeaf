# title: All keys of an older archive have expired, those of the last one have not
# why: The last archive is the one that would be restored.
# verdict: ready
# exit: 0
# phase: deploy
# requirement: window
# looks: unready
# landing: deployment

receipt sessions '-30 minutes'
swap .backout/backups/sessions.toml 'entries = 12' "entries = 12
expiring = 12
expires_earliest = $(moment '-20 minutes')
expires_latest = $(moment '-10 minutes')"
archive sessions '-8 minutes'
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge backout check --base origin/main --phase deploy

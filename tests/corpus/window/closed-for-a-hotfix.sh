# title: A hotfix is deployed while the stage's way back is closed
# why: window asks only of work that advances the stage.
# verdict: ready
# exit: 0
# phase: deploy
# requirement: window
# warns: stage/declared-foreign 3
# looks: unready
# landing: deployment

receipt sessions '-30 minutes'
swap .backout/backups/sessions.toml 'entries = 12' "entries = 12
expiring = 12
expires_earliest = $(moment '-20 minutes')
expires_latest = $(moment '-10 minutes')"
open
edit src/sessions/store.py
commit 'Accept blanks' 'Migration-Stage: none'
judge backout check --base origin/main --phase deploy

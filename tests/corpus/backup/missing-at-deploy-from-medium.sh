# title: The pipeline deploys a stage of impact medium without its backup
# why: At a deployment, missing denies from impact medium up.
# verdict: unready
# exit: 1
# phase: deploy
# requirement: backup
# cause: backup/missing 3
# landing: deployment

swap backout.toml 'critical' 'medium'
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge backout check --base origin/main --phase deploy

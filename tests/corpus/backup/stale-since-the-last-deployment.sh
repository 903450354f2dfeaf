# title: The pipeline's tag stands on what was deployed before the stage landed
# why: That was no deployment of the stage: at this one its backup is five hours old.
# verdict: unready
# exit: 1
# phase: deploy
# requirement: backup
# cause: backup/stale 3
# looks: ready
# landing: deployment

rule 'id = "3"' 'deployed = { tag = "production" }'
open
at '-5 hours'
git tag --annotate --message 'Deployed' production
land main production
receipt sessions '-5 hours -1 minute'
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge backout check --base origin/main --phase deploy

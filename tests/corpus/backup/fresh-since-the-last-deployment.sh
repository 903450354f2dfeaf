# title: A fresh backup, and the pipeline's tag on what was deployed before the stage landed
# why: The stage takes effect with this deployment: the backup was taken before it.
# verdict: ready
# exit: 0
# phase: deploy
# requirement: backup
# warns: policy/evidence-added
# looks: unready
# landing: deployment

rule 'id = "3"' 'deployed = { tag = "production" }'
open
at '-5 hours'
git tag --annotate --message 'Deployed' production
land main production
at '-10 minutes'
receipt sessions '-10 minutes'
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge backout check --base origin/main --phase deploy

# title: One backup was captured before the deployment, one after
# why: The one before counts, and was fresh when the stage took effect; that it is old now is no harm.
# verdict: ready
# exit: 0
# phase: deploy
# requirement: backup
# looks: unready
# landing: deployment

rule 'id = "3"' 'deployed = { tag = "sessions-deployed" }'
open
at '-5 hours'
receipt sessions '-5 hours -10 minutes'
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
git tag --annotate --message 'Deployed' sessions-deployed
land main sessions-deployed
at '-2 hours'
archive sessions '-2 hours'
commit 'Another receipt'
land main
edit src/sessions/store.py
commit 'Move the rest' 'Migration-Stage: 3'
judge backout check --base origin/main --phase deploy

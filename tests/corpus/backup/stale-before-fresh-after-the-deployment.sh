# title: The backup before the deployment was too old then, the one after it is fresh
# why: The fresh one holds the new data; the one that counts was four hours old.
# verdict: unready
# exit: 1
# phase: deploy
# requirement: backup
# cause: backup/stale 3
# looks: ready
# landing: deployment

rule 'id = "3"' 'deployed = { tag = "sessions-deployed" }'
open
at '-5 hours'
receipt sessions '-9 hours'
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
git tag --annotate --message 'Deployed' sessions-deployed
land main sessions-deployed
at '-10 minutes'
archive sessions '-15 minutes'
commit 'Another receipt'
land main
edit src/sessions/store.py
commit 'Move the rest' 'Migration-Stage: 3'
judge backout check --base origin/main --phase deploy

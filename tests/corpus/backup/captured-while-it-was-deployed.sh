# title: The capture began before the deployment and ended after it
# why: Part of it is new data: only what ended before counts as taken before.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/after-the-fact 3
# looks: ready
# landing: fast-forward

rule 'id = "3"' 'deployed = { tag = "sessions-deployed" }'
open
at '-2 hours'
receipt sessions '-2 hours +5 seconds'
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
git tag --annotate --message 'Deployed' sessions-deployed
land main sessions-deployed
at '-5 minutes'
edit src/sessions/store.py
commit 'Move the rest' 'Migration-Stage: 3'
judge git push origin main

# title: The only backup was captured after the stage had been deployed
# why: It holds the new data: restoring it puts back what one wants to get away from.
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
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
git tag --annotate --message 'Deployed' sessions-deployed
land main sessions-deployed
at '-20 minutes'
receipt sessions '-30 minutes'
commit 'Receipt of the backup'
land main
edit src/sessions/store.py
commit 'Move the rest' 'Migration-Stage: 3'
judge git push origin main

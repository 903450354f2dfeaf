# title: The deployed tag is lightweight, and stands on a commit of three days ago
# why: A lightweight tag does not say when it was set: whether the backup was captured before the
#   stage took effect, and how old it was then, cannot be known.
# verdict: indeterminate
# exit: 3
# phase: land
# requirement: backup
# cause: backup/missing 3
# looks: ready
# landing: fast-forward

rule 'id = "3"' 'deployed = { tag = "sessions-deployed" }'
at '-4 days'
receipt sessions '-3 days -10 minutes'
open
at '-3 days'
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
git tag sessions-deployed
land main sessions-deployed
at '-5 minutes'
edit src/sessions/store.py
commit 'Move the rest' 'Migration-Stage: 3'
judge git push origin main

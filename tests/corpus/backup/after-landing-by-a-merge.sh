# title: Without a deployed tag: the backup was captured after the merge that landed the stage
# why: The stage took effect when it landed, and a merge commit says exactly when.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/after-the-fact 3
# looks: ready
# landing: merge-commit

open
at '-3 hours'
git switch --quiet --create topic
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
git switch --quiet main
merge topic "Merge branch 'topic'"
land main
at '-20 minutes'
receipt sessions '-30 minutes'
commit 'Receipt of the backup'
land main
edit src/sessions/store.py
commit 'Move the rest' 'Migration-Stage: 3'
judge git push origin main

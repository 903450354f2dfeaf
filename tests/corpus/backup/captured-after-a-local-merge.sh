# title: The backup was captured after the local merge that brings the stage, and before its push
# why: Once landed, the merge says when the stage took effect, and the backup would be too late.
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
merge topic "Merge branch 'topic'" 'Reviewed.'
at '-20 minutes'
receipt sessions '-30 minutes'
commit 'Receipt of the backup'
judge git push origin main

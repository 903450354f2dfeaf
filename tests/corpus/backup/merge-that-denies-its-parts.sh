# title: The stage landed by a merge that said `none` over commits that claim it; a backup followed
# why: A merge speaks with the words of what it merged too: the stage took effect with it.
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
merge topic "Merge branch 'topic'" 'Migration-Stage: none'
land main
at '-20 minutes'
receipt sessions '-30 minutes'
commit 'Receipt of the backup'
land main
edit src/sessions/store.py
commit 'Move the rest' 'Migration-Stage: 3'
judge git push origin main

# title: The same, and a landed attribution says that the merge was a hotfix
# why: Then the stage has not taken effect, and the backup was captured before.
# verdict: ready
# exit: 0
# phase: land
# requirement: backup
# looks: unready
# landing: merge-commit

open
at '-3 hours'
git switch --quiet --create topic
edit src/sessions/store.py
commit 'Accept blanks'
git switch --quiet main
merge topic "Merge branch 'topic'"
land main
at '-20 minutes'
receipt sessions '-30 minutes'
backout attribute --stage none HEAD
commit 'Receipt of the backup, and whose work that was'
land main
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

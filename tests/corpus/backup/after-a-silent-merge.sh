# title: A merge without a word changed the stage's file; a backup followed, then the stage's first work
# why: If the merge was the stage's work, the backup holds the new data; if it was a hotfix, all is
#   well. Nobody has said which, and that is no pass.
# verdict: indeterminate
# exit: 3
# phase: land
# requirement: backup
# cause: backup/after-the-fact 3
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
commit 'Receipt of the backup'
land main
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

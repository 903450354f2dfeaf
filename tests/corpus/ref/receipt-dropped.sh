# title: A forced push drops nothing but the receipt of a landed stage's backup
# why: No file of a stage changes, and the stage has lost what its rollback would restore.
# verdict: unready
# exit: 1
# phase: land
# requirement: ref
# cause: ref/history-rewritten
# looks: ready
# landing: force-push

open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
receipt sessions '-1 hour'
commit 'Record the backup'
land main
git reset --quiet --hard HEAD~1
edit README.md
commit 'More words'
judge git push --force origin main

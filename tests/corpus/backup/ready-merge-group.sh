# title: A merge group whose first entry has its receipt on the landing branch
# why: Stage 3 has its backup, the other entry touches no stage.
# verdict: ready
# exit: 0
# phase: land
# requirement: backup
# landing: merge-group

receipt sessions '-10 minutes'
open
git switch --quiet --create queue
edit src/sessions/store.py
commit 'Move the sessions (#6)' 'Migration-Stage: 3'
edit README.md
commit 'More words (#7)'
land queue
ci_clone
merge_group origin/queue~1 origin/queue
judge backout check

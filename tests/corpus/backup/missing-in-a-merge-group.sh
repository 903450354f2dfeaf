# title: The first entry of a merge group is unready, the last one is not
# why: A group lands as a whole: it is judged against the target branch, not its last entry alone.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/missing 3
# looks: ready
# landing: merge-group

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

# title: An unready stage lands from a branch that is older than the rules
# why: The rules at the landing branch's tip count for what lands there.
# verdict: unready
# exit: 1
# phase: land
# requirement: policy
# cause: backup/missing 3
# looks: ready
# landing: merge-group

git switch --quiet --create old
git switch --quiet main
open
git switch --quiet old
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
land old
ci_clone
merge_group origin/main origin/old
judge backout check

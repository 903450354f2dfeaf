# title: The later stage lands by a merge commit
# why: The merge is one step, and the work that it brings is on the lines of stage 3.
# verdict: unready
# exit: 1
# phase: land
# requirement: revert
# cause: revert/conflicts 3
# looks: ready
# landing: merge-commit

open
edit src/codec.py
commit 'Decode the sessions' 'Migration-Stage: 3'
land main
git switch --quiet --create topic
edit src/codec.py
commit 'Decode the new shape' 'Migration-Stage: 2'
git switch --quiet main
edit README.md
commit 'Words'
merge topic 'Merge the readers'
judge git push origin main

# title: The same, shared on a topic branch
# why: It is told when it is shared, and stops when it lands.
# verdict: ready
# exit: 0
# phase: share
# requirement: revert
# warns: revert/conflicts 3
# looks: unready
# landing: new-branch

open
edit src/codec.py
commit 'Decode the sessions' 'Migration-Stage: 3'
land main
git switch --quiet --create topic
edit src/codec.py
commit 'Decode the new shape' 'Migration-Stage: 2'
judge git push origin topic

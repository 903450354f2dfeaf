# title: The same in a ready pull request
# why: It is judged as if it landed.
# verdict: unready
# exit: 1
# phase: land
# requirement: revert
# cause: revert/conflicts 3
# looks: ready
# landing: pull-request

open
edit src/codec.py
commit 'Decode the sessions' 'Migration-Stage: 3'
land main
git switch --quiet --create topic
edit src/codec.py
commit 'Decode the new shape' 'Migration-Stage: 2'
pull_request main topic
judge backout check

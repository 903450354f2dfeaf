# title: Work on the lines of a stage is taken back in the same push
# why: After the push nothing is in the way.
# verdict: ready
# exit: 0
# phase: land
# requirement: revert
# looks: unready
# landing: fast-forward

open
edit src/codec.py
commit 'Decode the sessions' 'Migration-Stage: 3'
land main
edit src/codec.py
commit 'Decode the new shape' 'Migration-Stage: 2'
git revert --no-edit HEAD > /dev/null
judge git push origin main

# title: Work on a critical stage's line, and the stage's own work that changes it back, in one push
# why: Nothing is left of it in the files, but the stage has a step on top of other work now: taken
#   back, its steps run into it.
# verdict: unready
# exit: 1
# phase: land
# requirement: revert
# cause: revert/conflicts 3
# looks: ready
# landing: fast-forward

edit src/codec.py
commit 'A codec'
git tag --force --annotate --message 'The migration begins' orders-start
open
receipt sessions '-1 minute'
echo 'change = three' > src/codec.py
commit 'Decode the sessions' 'Migration-Stage: 3'
land main
echo 'change = two' > src/codec.py
commit 'Decode the new shape' 'Migration-Stage: 2'
echo 'change = three' > src/codec.py
commit 'Decode the sessions again' 'Migration-Stage: 3'
judge git push origin main

# title: A commit without a trailer stands on the shared file, far from what the stages do
# why: That it may be work of either stage hides nothing of what they do to each other.
# verdict: unready
# exit: 1
# phase: land
# requirement: revert
# cause: revert/conflicts 3
# looks: ready
# landing: fast-forward

seq 20 > src/codec.py
commit 'A codec of many lines'
git tag --force --annotate --message 'The migration begins' orders-start
open
swap src/codec.py $'\n18\n' $'\neighteen\n'
commit 'A word'
swap src/codec.py $'\n3\n' $'\nthree\n'
commit 'Decode the sessions' 'Migration-Stage: 3'
land main
swap src/codec.py three drei
commit 'Decode the new shape' 'Migration-Stage: 2'
judge git push origin main

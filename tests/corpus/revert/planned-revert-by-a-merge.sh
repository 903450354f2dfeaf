# title: The planned back-out lands by a merge commit
# why: The tree decides, however it lands.
# verdict: ready
# exit: 0
# phase: land
# requirement: revert
# looks: unready
# landing: merge-commit

seq 20 > src/codec.py
commit 'A codec of many lines'
git tag --force --annotate --message 'The migration begins' orders-start
open
swap src/codec.py $'\n3\n' $'\nthree\n'
commit 'Decode the sessions' 'Migration-Stage: 3'
land main
swap src/codec.py $'\n15\n' $'\nfifteen\n'
commit 'Decode the new shape' 'Migration-Stage: 2'
: > .env.example
commit 'No settings'
land main
git switch --quiet --create back
swap src/codec.py fifteen 15
commit 'Back out the readers' 'Backout-Stage: 2'
git switch --quiet main
merge back 'Merge the back-out'
judge git push origin main

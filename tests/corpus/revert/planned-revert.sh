# title: Exactly the planned back-out of a stage whose flag is gone
# why: The guard never stands in the way of the rollback: nothing but ref and policy is asked.
# verdict: ready
# exit: 0
# phase: land
# requirement: revert
# looks: unready
# landing: revert

seq 20 > src/codec.py
commit 'A codec of many lines'
git tag --force --annotate --message 'The migration begins' orders-start
open
swap src/codec.py $'\n3\n' $'\nthree\n'
commit 'Decode the sessions' 'Migration-Stage: 3'
land main
swap src/codec.py $'\n15\n' $'\nfifteen\n'
commit 'Decode the new shape' 'Migration-Stage: 2'
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
: > .env.example
commit 'No settings'
land main
git checkout --quiet orders-start -- src/readers
swap src/codec.py fifteen 15
commit 'Back out the readers' 'Backout-Stage: 2'
judge git push origin main

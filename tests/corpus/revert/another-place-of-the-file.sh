# title: A later stage works on the same file, far from the lines of the other
# why: Both go alone: their lines do not meet.
# verdict: ready
# exit: 0
# phase: land
# requirement: revert
# looks: unready
# landing: fast-forward

seq 20 > src/codec.py
commit 'A codec of many lines'
git tag --force --annotate --message 'The migration begins' orders-start
open
swap src/codec.py $'\n3\n' $'\nthree\n'
commit 'Decode the sessions' 'Migration-Stage: 3'
land main
swap src/codec.py $'\n15\n' $'\nfifteen\n'
commit 'Decode the new shape' 'Migration-Stage: 2'
judge git push origin main

# title: A back-out names one stage, and takes the lines of another one along
# why: Tree equality decides: it is no planned back-out, and everything is asked of it.
# verdict: ready
# exit: 0
# phase: land
# requirement: revert
# warns: flag/undefined 2, revert/foreign-edits 2
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
: > .env.example
commit 'No settings'
land main
git checkout --quiet orders-start -- src/codec.py
commit 'Back out the readers' 'Backout-Stage: 2'
judge git push origin main

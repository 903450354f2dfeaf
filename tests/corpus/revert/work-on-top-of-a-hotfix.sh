# title: A hotfix on one of a critical stage's lines, then another stage's work on a second one
# why: The hotfix is never stopped; the work would have closed the way back all the same.
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
swap src/codec.py $'\n3\n' $'\nthree\n'
swap src/codec.py $'\n15\n' $'\nfifteen\n'
commit 'Decode the sessions' 'Migration-Stage: 3'
land main
swap src/codec.py three drei
commit 'Accept blanks' 'Migration-Stage: none'
swap src/codec.py fifteen funfzehn
commit 'Decode the new shape' 'Migration-Stage: 2'
judge git push origin main

# title: A declared hotfix far from the lines of a critical stage
# why: It stays where it is when the stage goes, and nothing conflicts.
# verdict: ready
# exit: 0
# phase: land
# requirement: revert
# warns: stage/declared-foreign 2, stage/declared-foreign 3
# landing: fast-forward

seq 20 > src/codec.py
commit 'A codec of many lines'
git tag --force --annotate --message 'The migration begins' orders-start
open
swap src/codec.py $'\n3\n' $'\nthree\n'
commit 'Decode the sessions' 'Migration-Stage: 3'
land main
swap src/codec.py $'\n15\n' $'\nfifteen\n'
commit 'Accept blanks' 'Migration-Stage: none'
judge git push origin main

# title: A merge brings a hotfix on the lines of a critical stage, and another stage's work beside it
# why: It is the hotfix that closes the way back, and a hotfix is never stopped.
# verdict: ready
# exit: 0
# phase: land
# requirement: revert
# warns: revert/foreign-edits 3, stage/declared-foreign 2, stage/declared-foreign 3
# looks: unready
# landing: merge-commit

seq 20 > src/codec.py
commit 'A codec of many lines'
git tag --force --annotate --message 'The migration begins' orders-start
open
swap src/codec.py $'\n3\n' $'\nthree\n'
commit 'Decode the sessions' 'Migration-Stage: 3'
land main
git switch --quiet --create topic
swap src/codec.py three drei
commit 'Accept blanks' 'Migration-Stage: none'
swap src/codec.py $'\n15\n' $'\nfifteen\n'
commit 'Decode the new shape' 'Migration-Stage: 2'
git switch --quiet main
edit README.md
commit 'Words'
merge topic 'Merge the readers'
judge git push origin main

# title: A merge of work on a critical stage's lines, and of a hotfix on another one of them
# why: Either closes the way back; that the hotfix may land does not excuse the work.
# verdict: unready
# exit: 1
# phase: land
# requirement: revert
# cause: revert/conflicts 3
# looks: ready
# landing: merge-commit

seq 20 > src/codec.py
commit 'A codec of many lines'
git tag --force --annotate --message 'The migration begins' orders-start
open
swap src/codec.py $'\n3\n' $'\nthree\n'
swap src/codec.py $'\n15\n' $'\nfifteen\n'
commit 'Decode the sessions' 'Migration-Stage: 3'
land main
git switch --quiet --create topic
swap src/codec.py fifteen funfzehn
commit 'Decode the new shape' 'Migration-Stage: 2'
swap src/codec.py three drei
commit 'Accept blanks' 'Migration-Stage: none'
git switch --quiet main
edit README.md
commit 'Words'
merge topic 'Merge the readers'
judge git push origin main

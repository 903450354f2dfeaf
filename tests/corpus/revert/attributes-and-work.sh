# title: Attributes that forbid merging, and work of another stage on a critical stage's file
# why: The attributes close the way back, and may; the work, on lines that are merged no more, would
#   have closed it as well.
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
commit 'Decode the sessions' 'Migration-Stage: 3'
swap src/codec.py $'\n15\n' $'\nfifteen\n'
commit 'Accept blanks' 'Migration-Stage: none'
land main
echo '*.py -merge' > .gitattributes
commit 'No merging'
swap src/codec.py three drei
commit 'Decode the new shape' 'Migration-Stage: 2'
judge git push origin main

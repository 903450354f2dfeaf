# title: A push of attributes alone, by which a stage's file is no longer merged by lines
# why: Nobody touched the stage, and yet it does not go back beside the hotfix: told, never stopped.
# verdict: ready
# exit: 0
# phase: land
# requirement: revert
# warns: revert/foreign-edits 2
# landing: fast-forward

seq 20 > src/readers/order.py
commit 'An order of many lines'
git tag --force --annotate --message 'The migration begins' orders-start
open
swap src/readers/order.py $'\n3\n' $'\nthree\n'
commit 'Read the new shape' 'Migration-Stage: 2'
swap src/readers/order.py $'\n15\n' $'\nfifteen\n'
commit 'Accept blanks' 'Migration-Stage: none'
land main
echo '*.py -merge' > .gitattributes
commit 'Do not merge'
judge git push origin main

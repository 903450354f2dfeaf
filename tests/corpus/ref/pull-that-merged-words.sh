# title: A pull that merged where nothing of a stage had landed meanwhile, pushed
# why: First parents tell the same of every stage as before.
# verdict: ready
# exit: 0
# phase: land
# requirement: ref
# looks: unready
# landing: merge-commit

open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
land main
git branch mine
edit README.md
commit 'More words'
land main
git switch --quiet mine
edit NOTES.md
commit 'Notes'
git merge --quiet --no-edit main
judge git push origin HEAD:main

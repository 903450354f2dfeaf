# title: A merge commit changes a stage's file in silence
# why: Nobody says whose work that is; like any silent commit it is told.
# verdict: ready
# exit: 0
# phase: land
# requirement: stage
# warns: stage/ambiguous-commit 3
# landing: evil-merge

open
git switch --quiet --create topic
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
git switch --quiet main
git merge --quiet --no-ff --no-commit topic > /dev/null
edit src/sessions/store.py
commit "Merge branch 'topic'"
judge git push origin main

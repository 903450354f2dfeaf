# title: A merge commit that claims a stage changes its file, as neither parent did
# why: A merge's own changes are work like any other, and stage 3 lacks its backup.
# verdict: unready
# exit: 1
# phase: land
# requirement: stage
# cause: backup/missing 3
# looks: ready
# landing: evil-merge

open
git switch --quiet --create topic
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
git switch --quiet main
git merge --quiet --no-ff --no-commit topic > /dev/null
edit src/sessions/store.py
commit "Merge branch 'topic'" 'Migration-Stage: 3'
judge git push origin main

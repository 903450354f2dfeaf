# title: A merge commit claims one stage for a silent part of it; another part is another stage's work
# why: Each part that speaks keeps its word; the merge speaks for the silent one.
# verdict: ready
# exit: 0
# phase: land
# requirement: stage
# looks: unready
# landing: merge-commit

receipt sessions '-10 minutes'
open
git switch --quiet --create topic
edit src/sessions/store.py
commit 'Move the sessions'
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
git switch --quiet main
merge topic "Merge branch 'topic'" 'Migration-Stage: 3'
judge git push origin main

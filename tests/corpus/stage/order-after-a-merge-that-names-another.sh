# title: The earlier stage landed within a merge whose own message names another one
# why: The merged commits keep their word: both stages have landed.
# verdict: ready
# exit: 0
# phase: land
# requirement: stage
# looks: unready
# landing: merge-commit

rule 'id = "3"' 'after = ["2"]'
receipt sessions '-10 minutes'
open
git switch --quiet --create topic
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
edit src/models/order.py
commit 'A new model' 'Migration-Stage: 1'
git switch --quiet main
merge topic "Merge branch 'topic'" 'Migration-Stage: 1'
land main
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

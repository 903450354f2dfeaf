# title: The earlier stage landed by a merge commit whose message says nothing
# why: A merge that says nothing speaks with the words of what it merged.
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
git switch --quiet main
merge topic "Merge branch 'topic'"
land main
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

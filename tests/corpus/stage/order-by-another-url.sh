# title: The earlier stage has landed, and the later one is pushed to the same remote by another URL
# why: What the landing branch holds is known from its old end, whatever the remote is called.
# verdict: ready
# exit: 0
# phase: land
# requirement: stage
# looks: unready
# landing: fast-forward

rule 'id = "3"' 'after = ["2"]'
receipt sessions '-10 minutes'
open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
land main
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push "file://$SCENE/origin.git" main

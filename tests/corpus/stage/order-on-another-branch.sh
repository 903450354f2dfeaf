# title: The earlier stage landed on another branch than the landing branch
# why: What is shared on a topic branch has not landed.
# verdict: unready
# exit: 1
# phase: land
# requirement: stage
# cause: stage/out-of-order 3
# looks: ready
# landing: fast-forward

rule 'id = "3"' 'after = ["2"]'
receipt sessions '-10 minutes'
open
git switch --quiet --create topic
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
land topic
git switch --quiet main
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

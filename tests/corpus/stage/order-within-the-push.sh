# title: Both stages come with the same push
# why: The earlier stage lands along with the later one.
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
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

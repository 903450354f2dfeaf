# title: The trailer names another stage than the owner, whose impact is low
# why: Everything at impact low is told, and stops nothing.
# verdict: ready
# exit: 0
# phase: land
# requirement: stage
# warns: stage/wrong-stage 1
# looks: unready
# landing: fast-forward

open
edit src/models/order.py
commit 'A new model' 'Migration-Stage: 2'
judge git push origin main

# title: The file that no stage owns is changed by a commit that claims none
# why: Only commits that claim a stage have to stay on its paths.
# verdict: ready
# exit: 0
# phase: land
# requirement: stage
# looks: unready
# landing: fast-forward

open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
edit src/app.py
commit 'Start faster'
judge git push origin main

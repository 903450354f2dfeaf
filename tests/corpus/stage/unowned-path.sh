# title: A commit that claims a stage also changes a file that no stage owns
# why: The file is in the migration's scope, and would stay behind in a rollback.
# verdict: unready
# exit: 1
# phase: land
# requirement: stage
# cause: stage/unowned-path 2
# looks: ready
# landing: fast-forward

open
edit src/readers/order.py src/app.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

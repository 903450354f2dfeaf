# title: A stage's file is renamed to a place that no stage owns
# why: Both sides of a rename count: a rollback would delete nothing at the new place.
# verdict: unready
# exit: 1
# phase: land
# requirement: stage
# cause: stage/unowned-path 2
# looks: ready
# landing: fast-forward

open
git mv src/readers/order.py src/order_reader.py
commit 'A better name' 'Migration-Stage: 2'
judge git push origin main

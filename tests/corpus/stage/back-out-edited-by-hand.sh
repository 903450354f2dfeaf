# title: A back-out that was edited by hand says Backout-Stage, and nothing is ready
# why: In an emergency the guard tells what is wrong and lets it pass.
# verdict: ready
# exit: 0
# phase: land
# requirement: stage
# warns: revert/conflicts 2, revert/foreign-edits 2, tag/missing 2
# looks: unready
# landing: revert

open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
land main
git tag --delete orders-start
land --delete orders-start
edit src/readers/order.py
commit 'Back out the readers' 'Backout-Stage: 2'
judge git push origin main

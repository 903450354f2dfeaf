# title: One trailer lists two stages
# why: A value is one stage; which ones were meant would have to be guessed.
# verdict: unready
# exit: 1
# phase: land
# requirement: stage
# cause: stage/wrong-stage 2
# looks: ready
# landing: fast-forward

open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2, 3'
judge git push origin main

# title: The trailer names a stage that does not own the file
# why: A trailer never takes ownership away; backing out stage 1 would leave this behind.
# verdict: unready
# exit: 1
# phase: land
# requirement: stage
# cause: stage/wrong-stage 2
# landing: fast-forward

open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 1'
judge git push origin main

# title: The trailer names a stage that does not exist, on a stage's file
# why: A slip of the pen would leave the commit out of every rollback.
# verdict: unready
# exit: 1
# phase: land
# requirement: stage
# cause: stage/wrong-stage 2
# looks: ready
# landing: fast-forward

open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 22'
judge git push origin main

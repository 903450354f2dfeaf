# title: A commit claims to be work of a closed stage
# why: Closing ended its requirements: nothing would keep the way back of new work open.
# verdict: unready
# exit: 1
# phase: land
# requirement: stage
# cause: stage/closed 2
# looks: ready
# landing: fast-forward

rule 'id = "2"' 'state = "closed"
since = 2026-01-31
reason = "all readers have moved"'
open
edit src/readers/order.py
commit 'Read once more' 'Migration-Stage: 2'
judge git push origin main

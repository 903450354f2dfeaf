# title: A stage has landed and was closed; the next deployment judges all since the start
# why: Its work came while the stage was open. Held against it for good, no stage could be closed.
# verdict: ready
# exit: 0
# phase: deploy
# requirement: stage
# looks: unready
# landing: deployment

open
edit src/readers/order.py
commit 'Read orders' 'Migration-Stage: 2'
land main
rule 'id = "2"' 'state = "closed"
since = 2026-01-31
reason = "all readers have moved"'
commit 'Close it'
land main
judge backout check --phase deploy

# title: The earlier stage is closed
# why: A stage is closed when it is over; it is not asked for any more.
# verdict: ready
# exit: 0
# phase: land
# requirement: stage
# looks: unready
# landing: fast-forward

rule 'id = "3"' 'after = ["2"]'
rule 'id = "2"' 'state = "closed"
since = 2026-01-31
reason = "all readers have moved"'
receipt sessions '-10 minutes'
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

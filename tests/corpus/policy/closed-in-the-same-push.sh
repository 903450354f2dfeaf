# title: A push closes a stage whose flag is undefined, and changes its file in silence
# why: Closing travels alone: until it has landed, the stage is open, and its flag is asked for.
# verdict: unready
# exit: 1
# phase: land
# requirement: policy
# cause: flag/undefined 2
# looks: ready
# landing: fast-forward

echo 'LOG_LEVEL=info' > .env.example
open
rule 'id = "2"' 'state = "closed"
since = 2026-01-31
reason = "it is over"'
edit src/readers/order.py
commit 'The readers are done'
judge git push origin main

# title: A stage lands before the stage that it comes after
# why: It stands on ground that is not there, and has no tested state to go back to.
# verdict: unready
# exit: 1
# phase: land
# requirement: stage
# cause: stage/out-of-order 3
# landing: fast-forward

rule 'id = "3"' 'after = ["2"]'
receipt sessions '-10 minutes'
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

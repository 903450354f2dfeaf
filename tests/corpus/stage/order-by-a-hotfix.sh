# title: All that the earlier stage's files have seen is a declared hotfix
# why: Foreign work does not advance a stage: the earlier stage has not landed.
# verdict: unready
# exit: 1
# phase: land
# requirement: stage
# cause: stage/out-of-order 3
# looks: ready
# landing: fast-forward

rule 'id = "3"' 'after = ["2"]'
receipt sessions '-10 minutes'
open
edit src/readers/order.py
commit 'Accept blanks' 'Migration-Stage: none'
land main
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

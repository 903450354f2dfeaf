# title: CI is told of a push of rules that take a landed stage its only changed file
# why: The remote has the new rules by then; where the push began, the others were trusted.
# verdict: unready
# exit: 1
# phase: land
# requirement: policy
# cause: policy/forgotten 2
# looks: ready
# landing: push-event

open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
land main
swap backout.toml '["src/readers/**", "src/codec.py"]' '["src/codec.py"]'
commit 'Tidy up'
land main
push_event refs/heads/main main~1 main
judge backout check

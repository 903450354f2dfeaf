# title: That the later stage comes after the other one is written into the rules by the same push
# why: A change cannot excuse itself: what the rules say counts once it has landed.
# verdict: unready
# exit: 1
# phase: land
# requirement: revert
# cause: revert/conflicts 3
# looks: ready
# landing: fast-forward

open
edit src/codec.py
commit 'Decode the sessions' 'Migration-Stage: 3'
land main
rule 'name = "Readers"' 'after = ["3"]'
commit 'Stage 2 comes after stage 3'
edit src/codec.py
commit 'Decode the new shape' 'Migration-Stage: 2'
judge git push origin main

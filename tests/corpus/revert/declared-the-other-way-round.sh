# title: The stage that lost its way back says that it comes after the other
# why: So it is backed out first, and that it cannot be any more.
# verdict: unready
# exit: 1
# phase: land
# requirement: revert
# cause: revert/conflicts 3
# looks: ready
# landing: fast-forward

rule 'name = "Sessions"' 'after = ["2"]'
open
edit src/codec.py
commit 'Decode the new shape' 'Migration-Stage: 2'
edit src/codec.py
commit 'Decode the sessions' 'Migration-Stage: 3'
land main
edit src/codec.py
commit 'Decode the new shape' 'Migration-Stage: 2'
judge git push origin main

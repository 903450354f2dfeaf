# title: The later stage says that it comes after the one whose lines it works on
# why: That it is backed out first is the expected order.
# verdict: ready
# exit: 0
# phase: land
# requirement: revert
# looks: unready
# landing: fast-forward

rule 'name = "Readers"' 'after = ["3"]'
open
edit src/codec.py
commit 'Decode the sessions' 'Migration-Stage: 3'
land main
edit src/codec.py
commit 'Decode the new shape' 'Migration-Stage: 2'
judge git push origin main

# title: The stage on whose lines the work is done is closed
# why: Its requirements have ended, and nobody backs it out any more.
# verdict: ready
# exit: 0
# phase: land
# requirement: revert
# looks: unready
# landing: fast-forward

rule 'name = "Sessions"' "state = 'closed'"$'\n'"since = $(day '-1 day')"$'\n'"reason = 'it stays'"
open
edit src/codec.py
commit 'Decode the sessions' 'Migration-Stage: 3'
land main
edit src/codec.py
commit 'Decode the new shape' 'Migration-Stage: 2'
judge git push origin main

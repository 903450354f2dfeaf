# title: The stage that loses its way back has impact medium
# why: From high up it stops a landing; below, it is told.
# verdict: ready
# exit: 0
# phase: land
# requirement: revert
# warns: revert/conflicts 2
# looks: unready
# landing: fast-forward

receipt sessions '-10 minutes'
open
edit src/codec.py
commit 'Decode the new shape' 'Migration-Stage: 2'
land main
edit src/codec.py
commit 'Decode the sessions' 'Migration-Stage: 3'
judge git push origin main

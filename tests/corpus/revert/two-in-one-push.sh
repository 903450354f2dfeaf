# title: Both stages come in one push, one on the lines of the other
# why: The first one lands without a lone way back.
# verdict: unready
# exit: 1
# phase: land
# requirement: revert
# cause: revert/conflicts 3
# looks: ready
# landing: fast-forward

receipt sessions '-10 minutes'
open
edit src/codec.py
commit 'Decode the sessions' 'Migration-Stage: 3'
edit src/codec.py
commit 'Decode the new shape' 'Migration-Stage: 2'
judge git push origin main

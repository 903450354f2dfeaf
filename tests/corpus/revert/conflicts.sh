# title: A later stage works on the lines of a stage that has landed
# why: Stage 3 went alone before; from this push on, stage 2 is on its lines.
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
edit src/codec.py
commit 'Decode the new shape' 'Migration-Stage: 2'
judge git push origin main

# title: The stage was blocked before this push, by an earlier commit of the same stage
# why: A way back is lost once; status goes on to show it.
# verdict: ready
# exit: 0
# phase: land
# requirement: revert
# looks: unready
# landing: fast-forward

open
edit src/codec.py
commit 'Decode the sessions' 'Migration-Stage: 3'
land main
edit src/codec.py
commit 'Decode the new shape' 'Migration-Stage: 2'
land main
edit src/codec.py
commit 'Decode the new shape' 'Migration-Stage: 2'
judge git push origin main

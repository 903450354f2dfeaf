# title: A declared hotfix on the lines of a critical stage
# why: It closes the lone way back, and is told; foreign work is never stopped.
# verdict: ready
# exit: 0
# phase: land
# requirement: revert
# warns: revert/foreign-edits 3, stage/declared-foreign 2, stage/declared-foreign 3
# looks: unready
# landing: fast-forward

open
edit src/codec.py
commit 'Decode the sessions' 'Migration-Stage: 3'
land main
edit src/codec.py
commit 'Accept blanks' 'Migration-Stage: none'
judge git push origin main

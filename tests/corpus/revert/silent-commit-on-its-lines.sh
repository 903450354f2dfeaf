# title: A commit without a trailer on the lines of a critical stage
# why: Nobody has said that it is work of a stage: told, never in the way.
# verdict: ready
# exit: 0
# phase: land
# requirement: revert
# warns: revert/foreign-edits 3, stage/ambiguous-commit 2, stage/ambiguous-commit 3
# looks: unready
# landing: fast-forward

open
edit src/codec.py
commit 'Decode the sessions' 'Migration-Stage: 3'
land main
edit src/codec.py
commit 'Accept blanks'
judge git push origin main

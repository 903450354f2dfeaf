# title: More work on a landed stage's other file says that it backs the stage out
# why: It is not the planned back-out; a back-out by hand is told and let pass.
# verdict: ready
# exit: 0
# phase: land
# requirement: revert
# warns: revert/foreign-edits 3
# landing: fast-forward

open
edit src/sessions/store.py
receipt sessions '-1 minute'
commit 'Move the sessions' 'Migration-Stage: 3'
land main
edit src/sessions/more.py
commit 'Move the rest' 'Backout-Stage: 3'
judge git push origin main

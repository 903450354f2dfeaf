# title: New work on a critical stage's file says that it backs the stage out
# why: The stage had not landed: there is nothing to back out, and the commit says nothing.
# verdict: ready
# exit: 0
# phase: land
# requirement: stage
# warns: stage/ambiguous-commit 3, stage/wrong-stage 3
# landing: fast-forward

open
edit src/sessions/store.py
commit 'Move the sessions' 'Backout-Stage: 3'
judge git push origin main

# title: A critical stage lands for the first time, with a hotfix on its lines in the same push
# why: The hotfix is never stopped; that the stage lands without a way back is.
# verdict: unready
# exit: 1
# phase: land
# requirement: revert
# cause: revert/conflicts 3
# looks: ready
# landing: fast-forward

open
edit src/sessions/store.py
receipt sessions '-1 minute'
commit 'Move the sessions' 'Migration-Stage: 3'
echo 'change = one' > src/sessions/store.py
commit 'Accept blanks' 'Migration-Stage: none'
judge git push origin main

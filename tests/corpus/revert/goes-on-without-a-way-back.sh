# title: More work of a critical stage whose way back a hotfix closed long ago
# why: A stage that goes forward has to have a way back, whoever closed it, and whenever.
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
land main
edit src/sessions/more.py
commit 'Move the rest' 'Migration-Stage: 3'
judge git push origin main

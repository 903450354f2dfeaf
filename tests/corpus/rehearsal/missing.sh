# title: A critical stage lands, and nobody has tried to back it out
# why: A back-out that was never tried does not work when it is needed.
# verdict: unready
# exit: 1
# phase: land
# requirement: rehearsal
# cause: rehearsal/missing 3
# landing: fast-forward

asks_for_rehearsals
open
receipt sessions '-4 minutes'
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

# title: The backup has used up half of the age that is allowed
# why: An hour is always about to end: only its last quarter is worth a word.
# verdict: ready
# exit: 0
# phase: land
# requirement: window
# looks: unready
# landing: fast-forward

receipt sessions '-30 minutes'
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

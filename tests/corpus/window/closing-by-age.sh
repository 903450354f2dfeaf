# title: The backup reaches its age limit in ten minutes
# why: The way back is open, and whoever starts now should know how long.
# verdict: ready
# exit: 0
# phase: land
# requirement: window
# warns: window/closing 3
# landing: fast-forward

receipt sessions '-50 minutes'
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

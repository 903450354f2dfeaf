# title: After its rehearsal the stage got a check of its own
# why: The check has never run on the result.
# verdict: unready
# exit: 1
# phase: land
# requirement: rehearsal
# cause: rehearsal/outdated 3
# landing: fast-forward

asks_for_rehearsals
open
receipt sessions '-4 minutes'
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
backout rehearse --stage 3 --onto HEAD > /dev/null
rule 'paths = ["src/sessions/**", "src/codec.py"]' 'verify = { command = ["make", "check"] }'
commit 'Say how it is checked'
judge git push origin main

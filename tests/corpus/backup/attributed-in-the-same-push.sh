# title: Silent work on a critical stage, with the attribution that makes it that stage's
# why: Once both have landed, the stage has; without a backup, as with a trailer, it may not.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/missing 3
# looks: ready
# landing: fast-forward

open
edit src/sessions/store.py
commit 'Move the sessions'
backout attribute --stage 3 HEAD > /dev/null
commit 'Say whose it is'
judge git push origin main

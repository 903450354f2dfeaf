# title: A hotfix on a critical stage's file says `none`
# why: It does not advance the stage, needs no backup, and is listed.
# verdict: ready
# exit: 0
# phase: land
# requirement: stage
# warns: stage/declared-foreign 3
# looks: unready
# landing: fast-forward

open
edit src/sessions/store.py
commit 'Accept blanks' 'Migration-Stage: none'
judge git push origin main

# title: A hotfix on the files of a stage that nobody has rehearsed
# why: It does not take the stage forward, and is never stopped for the migration's sake.
# verdict: ready
# exit: 0
# phase: land
# requirement: rehearsal
# looks: unready
# warns: stage/declared-foreign 3
# landing: fast-forward

asks_for_rehearsals
open
edit src/sessions/store.py
commit 'Accept blanks' 'Migration-Stage: none'
judge git push origin main

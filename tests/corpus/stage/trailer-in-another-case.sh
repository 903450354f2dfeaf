# title: The trailer's key and its `none` are written in capitals
# why: git does not mind the case of a trailer's key, and neither does the guard.
# verdict: ready
# exit: 0
# phase: land
# requirement: stage
# warns: stage/declared-foreign 3
# looks: unready
# landing: fast-forward

open
edit src/sessions/store.py
commit 'Accept blanks' 'MIGRATION-STAGE : NONE'
judge git push origin main

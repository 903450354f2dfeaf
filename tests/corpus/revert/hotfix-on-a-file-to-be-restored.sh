# title: A hotfix on a file that a critical stage owns and would restore, and has never touched
# why: To restore the checkpoint would take the hotfix along, so the way back is closed; foreign
#   work is told, and never stopped.
# verdict: ready
# exit: 0
# phase: land
# requirement: revert
# warns: revert/foreign-edits 3, stage/declared-foreign 3
# looks: unready
# landing: fast-forward

edit src/sessions/carts.py
rule 'id = "3"' 'code = "restore"'
commit 'The carts'
git tag --force --annotate --message 'The migration begins' orders-start
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
land main
edit src/sessions/carts.py
commit 'Accept blanks' 'Migration-Stage: none'
judge git push origin main

# title: Since the backup, a declared hotfix was made and taken back by another one
# why: Foreign work neither begins nor ends a life of the stage.
# verdict: ready
# exit: 0
# phase: land
# requirement: backup
# looks: unready
# landing: revert

receipt sessions '-30 minutes'
open
at '-20 minutes'
edit src/sessions/store.py
commit 'Accept blanks' 'Migration-Stage: none'
git revert --no-commit HEAD
commit 'Refuse blanks again' 'Migration-Stage: none'
land main
at '-5 minutes'
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

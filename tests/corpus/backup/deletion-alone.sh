# title: All that a stage's commit does is to delete its file
# why: A deletion is a change, and the stage goes forward with it.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/missing 3
# looks: ready
# landing: fast-forward

open
git rm --quiet src/sessions/store.py
commit 'The old store goes' 'Migration-Stage: 3'
judge git push origin main

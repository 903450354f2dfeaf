# title: The push that lands an unready stage deletes the configuration
# why: Deleting the file does not switch the guard off.
# verdict: unready
# exit: 1
# phase: land
# requirement: policy
# cause: backup/missing 3
# looks: ready
# landing: fast-forward

open
git rm --quiet backout.toml
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

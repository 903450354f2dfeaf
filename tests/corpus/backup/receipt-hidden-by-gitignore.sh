# title: A .gitignore meant for archives hides the receipt as well
# why: `git add --all` left it out, so it is in no commit.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/missing 3
# looks: ready
# landing: fast-forward

echo 'backups/' > .gitignore
open
edit src/sessions/store.py
receipt sessions '-10 minutes'
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

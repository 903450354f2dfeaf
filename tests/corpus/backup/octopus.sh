# title: A merge of two branches at once, of which the second one is unready
# why: All of its parents' new commits land.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/missing 3
# looks: ready
# landing: merge-commit

open
git switch --quiet --create one
edit README.md
commit 'More words'
git switch --quiet --create two main
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
git switch --quiet main
edit docs/notes.md
commit 'Notes'
git merge --quiet --no-ff --message 'Both' one two > /dev/null
judge git push origin main

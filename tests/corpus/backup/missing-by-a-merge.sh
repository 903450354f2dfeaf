# title: The work of a critical stage lands by a merge commit that says nothing
# why: The merged commits are judged, with their own trailers.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/missing 3
# landing: merge-commit

open
git switch --quiet --create topic
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
git switch --quiet main
edit README.md
commit 'More words'
merge topic "Merge branch 'topic'"
judge git push origin main

# title: The work of a critical stage is rebased and lands
# why: Other ids, the same work and the same trailer.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/missing 3
# landing: rebase

open
git switch --quiet --create topic
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
land topic
git switch --quiet main
edit README.md
commit 'More words'
land main
git rebase --quiet main topic
judge git push origin topic:main

# title: The remote has the work on a topic branch, and now it lands
# why: What is new to the landing branch is all since its old tip, wherever else it is.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/missing 3
# looks: ready
# landing: fast-forward

open
git switch --quiet --create topic
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
land topic
git fetch --quiet
judge git push origin topic:main

# title: Two branches are pushed, and the second one lands an unready stage
# why: Every ref line is judged.
# verdict: unready
# exit: 1
# phase: land
# requirement: stage
# cause: backup/missing 3
# looks: ready
# landing: multi-ref

open
git switch --quiet --create a-topic
edit README.md
commit 'More words'
git switch --quiet main
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin a-topic main

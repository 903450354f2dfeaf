# title: A topic branch merges the landing branch, with another stage's work in it
# why: What has landed already is not this push's work.
# verdict: ready
# exit: 0
# phase: share
# requirement: stage
# looks: unready
# landing: merge-commit

open
git switch --quiet --create topic
edit README.md
commit 'More words'
land topic
git switch --quiet main
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
land main
git switch --quiet topic
merge main "Merge branch 'main' into topic"
judge git push origin topic

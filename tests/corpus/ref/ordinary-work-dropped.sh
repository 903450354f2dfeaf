# title: A forced push drops a commit that belongs to no stage
# why: Neither the start tag's commit nor work of a stage goes away.
# verdict: ready
# exit: 0
# phase: land
# requirement: ref
# looks: unready
# landing: force-push

open
edit README.md
commit 'More words'
land main
git reset --quiet --hard HEAD~1
edit README.md
commit 'Better words'
judge git push --force origin main

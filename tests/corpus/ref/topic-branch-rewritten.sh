# title: A topic branch with work of a stage is rebased and forced
# why: It has not landed; rewriting is what topic branches are for.
# verdict: ready
# exit: 0
# phase: share
# requirement: ref
# looks: unready
# landing: force-push

open
git switch --quiet --create topic
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
land topic
git switch --quiet main
edit README.md
commit 'More words'
land main
git rebase --quiet main topic
judge git push --force origin topic

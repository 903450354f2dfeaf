# title: A forced push drops a landed commit of a stage
# why: What is no longer on the branch cannot be found there when it has to be undone.
# verdict: unready
# exit: 1
# phase: land
# requirement: ref
# cause: ref/history-rewritten
# landing: force-push

open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
land main
git reset --quiet --hard HEAD~1
edit README.md
commit 'More words'
judge git push --force origin main

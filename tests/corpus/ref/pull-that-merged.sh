# title: A pull that merged, pushed: the landed line stands behind the second parent
# why: What has landed is read along first parents; there, the stage's commit is part of one merge.
# verdict: unready
# exit: 1
# phase: land
# requirement: ref
# cause: ref/history-rewritten
# looks: ready
# landing: merge-commit

open
git branch mine
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
land main
git switch --quiet mine
edit README.md
commit 'More words'
git merge --quiet --no-edit main
judge git push origin HEAD:main

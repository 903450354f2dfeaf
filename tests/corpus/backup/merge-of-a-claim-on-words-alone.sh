# title: A branch whose only claim is on a document; a silent commit beside it changes the stage
# why: What one commit says is not said by those beside it: like any silent commit, it is told.
# verdict: ready
# exit: 0
# phase: land
# requirement: backup
# warns: stage/ambiguous-commit 3
# looks: unready
# landing: merge-commit

open
git switch --quiet --create topic
edit PLAN.md
commit 'Plan the sessions' 'Migration-Stage: 3'
edit src/sessions/store.py
commit 'Move the sessions'
git switch --quiet main
merge topic "Merge branch 'topic'"
judge git push origin main

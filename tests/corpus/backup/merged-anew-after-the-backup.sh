# title: The same, and the merge was made anew after the backup, as the guard says
# why: The merge is younger than the backup then, and says so for good.
# verdict: ready
# exit: 0
# phase: land
# requirement: backup
# warns: policy/evidence-added
# looks: unready
# landing: merge-commit

open
at '-3 hours'
git switch --quiet --create topic
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
git switch --quiet main
merge topic "Merge branch 'topic'" 'Reviewed.'
at '-20 minutes'
receipt sessions '-30 minutes'
commit 'Receipt of the backup'
at '-10 minutes'
git rebase --quiet --rebase-merges --no-ff origin/main
judge git push origin main

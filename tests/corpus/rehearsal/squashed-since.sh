# title: The rehearsed commits are squashed into one
# why: The receipt holds what would be backed out, and no commit's id.
# verdict: ready
# exit: 0
# phase: land
# requirement: rehearsal
# looks: unready
# warns: policy/evidence-added, policy/evidence-added
# landing: squash

asks_for_rehearsals
open
receipt sessions '-4 minutes'
git switch --quiet --create topic
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
edit src/sessions/store.py src/sessions/new.py
commit 'Move the rest' 'Migration-Stage: 3'
backout rehearse --stage 3 --onto HEAD > /dev/null
commit 'Stage 3 was rehearsed'
git switch --quiet main
git merge --quiet --squash topic > /dev/null
commit 'Sessions (#7)' 'Migration-Stage: 3'
judge git push origin main

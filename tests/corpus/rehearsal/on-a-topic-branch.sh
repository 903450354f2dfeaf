# title: On a topic branch a stage goes forward that nobody has rehearsed
# why: There it is told, and not asked for.
# verdict: ready
# exit: 0
# phase: share
# requirement: rehearsal
# looks: unready
# warns: policy/evidence-added, rehearsal/missing 3
# landing: new-branch

asks_for_rehearsals
open
receipt sessions '-4 minutes'
git switch --quiet --create topic
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin topic

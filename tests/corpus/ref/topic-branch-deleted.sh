# title: A push deletes a topic branch whose work has not landed
# why: It is not where stages land.
# verdict: ready
# exit: 0
# phase: share
# requirement: ref
# looks: unready
# landing: delete

open
git switch --quiet --create topic
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
land topic
judge git push origin --delete topic

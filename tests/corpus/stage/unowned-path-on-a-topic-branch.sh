# title: A commit on a topic branch claims a stage and leaves its paths
# why: Work in progress is told; it is stopped where it lands.
# verdict: ready
# exit: 0
# phase: share
# requirement: stage
# warns: stage/unowned-path 2
# landing: new-branch

open
git switch --quiet --create topic
edit src/readers/order.py src/app.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin topic

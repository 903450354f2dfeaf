# title: The same on a topic branch
# why: wrong-stage denies from impact medium up in every phase.
# verdict: unready
# exit: 1
# phase: share
# requirement: stage
# cause: stage/wrong-stage 2
# landing: new-branch

open
git switch --quiet --create topic
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 1'
judge git push origin topic

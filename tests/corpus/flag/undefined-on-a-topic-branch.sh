# title: The same on a topic branch
# why: flag denies from impact medium up in every phase.
# verdict: unready
# exit: 1
# phase: share
# requirement: flag
# cause: flag/undefined 2
# landing: new-branch

echo 'LOG_LEVEL=info' > .env.example
open
git switch --quiet --create topic
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin topic

# title: The same on a topic branch
# why: backup/undefined denies from impact medium up in every phase.
# verdict: unready
# exit: 1
# phase: share
# requirement: backup
# cause: backup/undefined 2
# looks: ready
# landing: new-branch

swap backout.toml '["flags", "code"]' '["flags", "code", "data"]'
open
git switch --quiet --create topic
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin topic

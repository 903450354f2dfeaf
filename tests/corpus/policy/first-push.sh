# title: The very first push to a new remote holds rules and an unready stage
# why: A first push has only its own rules, and they ask.
# verdict: unready
# exit: 1
# phase: land
# requirement: policy
# cause: backup/missing 3
# looks: ready
# landing: new-branch

commit 'Rules for rolling back'
backout install > /dev/null
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

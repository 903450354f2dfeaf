# title: A pull request's branch is from before the rules asked for a backup
# why: The merge base alone would let an old branch choose an old policy.
# verdict: unready
# exit: 1
# phase: land
# requirement: policy
# cause: backup/missing 3
# looks: ready
# landing: pull-request

swap backout.toml 'rollback = ["code", "data"]
backups = ["sessions"]' 'rollback = ["code"]'
open
git switch --quiet --create topic
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
land topic
git switch --quiet main
swap backout.toml 'paths = ["src/sessions/**", "src/codec.py"]
rollback = ["code"]' 'paths = ["src/sessions/**", "src/codec.py"]
rollback = ["code", "data"]
backups = ["sessions"]'
commit 'Sessions need a backup'
land main
ci_clone
pull_request origin/main origin/topic
judge backout check

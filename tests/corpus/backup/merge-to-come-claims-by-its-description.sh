# title: A silent pull request that lands by a merge commit with the description, which claims the stage
# why: The merge speaks for the silent commit that it brings, and there is no backup.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/missing 3
# looks: ready
# landing: pull-request

open
git switch --quiet --create topic
edit src/sessions/store.py
commit 'Move the sessions'
land topic
ci_clone
export BODY='Migration-Stage: 3'
pull_request origin/main origin/topic '"allow_squash_merge": false, "allow_merge_commit": true, "allow_rebase_merge": false, "merge_commit_message": "PR_BODY"'
judge backout check

# title: A silent pull request whose repository squashes by the description, which claims the stage
# why: What lands is one commit that says so, and it lacks a backup.
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
pull_request origin/main origin/topic '"allow_squash_merge": true, "allow_merge_commit": false, "allow_rebase_merge": false, "squash_merge_commit_message": "PR_BODY"'
judge backout check

# title: A squash of all messages joins a claim on a document with a silent change of the stage
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
edit PLAN.md
commit 'Plan the sessions' 'Migration-Stage: 3'
edit src/sessions/store.py
commit 'Move the sessions'
land topic
ci_clone
pull_request origin/main origin/topic '"allow_squash_merge": true, "allow_merge_commit": false, "allow_rebase_merge": false, "squash_merge_commit_message": "COMMIT_MESSAGES"'
judge backout check

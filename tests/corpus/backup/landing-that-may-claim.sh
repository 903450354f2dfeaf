# title: A silent pull request that a squash would make the stage's work, and a rebase would not
# why: Whichever way is taken, what it would claim has to be there; and it is told why it is asked.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/missing 3
# warns: stage/ambiguous-commit 3
# looks: ready
# landing: pull-request

open
git switch --quiet --create topic
edit src/sessions/store.py
commit 'Move the sessions'
land topic
ci_clone
export BODY='Migration-Stage: 3'
pull_request origin/main origin/topic '"allow_squash_merge": true, "allow_merge_commit": false, "allow_rebase_merge": true, "squash_merge_commit_message": "PR_BODY"'
judge backout check

# title: A silent pull request whose description, with which it is squashed, claims the stage
# why: The text that lands speaks for the commit, and stage 2 has all that it needs.
# verdict: ready
# exit: 0
# phase: land
# requirement: stage
# looks: unready
# landing: pull-request

open
git switch --quiet --create topic
edit src/readers/order.py
commit 'Read the new shape'
land topic
ci_clone
export BODY='Reads it.\n\nMigration-Stage: 2'
pull_request origin/main origin/topic '"allow_squash_merge": true, "allow_merge_commit": false, "allow_rebase_merge": false, "squash_merge_commit_message": "PR_BODY"'
judge backout check

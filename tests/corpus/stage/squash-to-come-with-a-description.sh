# title: The repository squashes by the description, which repeats the trailer
# why: The trailer arrives with the description.
# verdict: ready
# exit: 0
# phase: land
# requirement: stage
# looks: unready
# landing: pull-request

open
git switch --quiet --create topic
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
land topic
ci_clone
export BODY='Reads it.\n\nMigration-Stage: 2'
pull_request origin/main origin/topic '"allow_squash_merge": true, "squash_merge_commit_message": "PR_BODY"'
judge backout check

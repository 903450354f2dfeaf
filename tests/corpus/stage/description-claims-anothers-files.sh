# title: A silent pull request on the readers' file, whose description claims the models
# why: What lands is one commit that is said to be work on a stage that does not own the file.
# verdict: unready
# exit: 1
# phase: land
# requirement: stage
# cause: stage/wrong-stage 2
# looks: ready
# landing: pull-request

open
git switch --quiet --create topic
edit src/readers/order.py
commit 'Read the new shape'
land topic
ci_clone
export BODY='Migration-Stage: 1'
pull_request origin/main origin/topic '"allow_squash_merge": true, "allow_merge_commit": false, "allow_rebase_merge": false, "squash_merge_commit_message": "PR_BODY"'
judge backout check

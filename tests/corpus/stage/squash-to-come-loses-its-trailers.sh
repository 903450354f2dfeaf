# title: A ready pull request whose repository squashes by the title alone
# why: The commits have trailers, the text with which they would land has none.
# verdict: ready
# exit: 0
# phase: land
# requirement: stage
# warns: stage/ambiguous-commit
# landing: pull-request

open
git switch --quiet --create topic
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
land topic
ci_clone
pull_request origin/main origin/topic '"allow_squash_merge": true, "squash_merge_commit_message": "BLANK"'
judge backout check

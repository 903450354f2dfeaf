# title: A GitLab merge request that squashes
# why: What its template makes of the trailers stands in no variable: could not check, at warn.
# verdict: ready
# exit: 0
# phase: land
# requirement: stage
# warns: stage/ambiguous-commit
# landing: pull-request

open
git switch --quiet --create topic
edit src/models/order.py
commit 'Reshape the orders' 'Migration-Stage: 1'
land topic
ci_clone
GITLAB_CI=true CI_PIPELINE_SOURCE=merge_request_event CI_MERGE_REQUEST_TARGET_BRANCH_NAME=main
CI_MERGE_REQUEST_DIFF_BASE_SHA=$(git rev-parse origin/main)
CI_COMMIT_SHA=$(git rev-parse origin/topic)
CI_MERGE_REQUEST_SQUASH_ON_MERGE=true
export GITLAB_CI CI_PIPELINE_SOURCE CI_MERGE_REQUEST_TARGET_BRANCH_NAME CI_MERGE_REQUEST_DIFF_BASE_SHA
export CI_COMMIT_SHA CI_MERGE_REQUEST_SQUASH_ON_MERGE
judge backout check

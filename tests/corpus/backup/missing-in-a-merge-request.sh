# title: A GitLab merge request onto the landing branch lacks the backup
# why: The same range gives the same answer, whoever hosts it.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/missing 3
# landing: pull-request

open
git switch --quiet --create topic
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
land topic
ci_clone
GITLAB_CI=true CI_PIPELINE_SOURCE=merge_request_event CI_MERGE_REQUEST_TARGET_BRANCH_NAME=main
CI_MERGE_REQUEST_DIFF_BASE_SHA=$(git rev-parse origin/main)
CI_COMMIT_SHA=$(git rev-parse origin/topic)
export GITLAB_CI CI_PIPELINE_SOURCE CI_MERGE_REQUEST_TARGET_BRANCH_NAME CI_MERGE_REQUEST_DIFF_BASE_SHA CI_COMMIT_SHA
judge backout check

# title: A pull request of a draft removes the flag
# why: flag denies in every phase.
# verdict: unready
# exit: 1
# phase: share
# requirement: flag
# cause: flag/removed-while-needed 2
# looks: ready
# landing: pull-request

open
git switch --quiet --create topic
echo 'LOG_LEVEL=info' > .env.example
commit 'Remove an old setting'
land topic
ci_clone
export DRAFT=true
pull_request origin/main origin/topic
judge backout check

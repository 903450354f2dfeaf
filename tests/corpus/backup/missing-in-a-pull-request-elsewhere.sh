# title: A ready pull request onto another branch lacks the backup
# why: Stages land on the landing branch; elsewhere work is shared.
# verdict: ready
# exit: 0
# phase: share
# requirement: backup
# warns: backup/missing 3
# looks: unready
# landing: pull-request

open
land main:refs/heads/release
git switch --quiet --create topic
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
land topic
ci_clone
export ONTO=release
pull_request origin/release origin/topic
judge backout check

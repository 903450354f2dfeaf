# title: A backup may be older from now on, in a team that wants to be stopped
# why: `[requirements]` sets the level.
# verdict: unready
# exit: 1
# phase: land
# requirement: policy
# cause: policy/weakened
# landing: pull-request

printf '"policy/weakened" = "deny"\n' >> backout.toml
open
git switch --quiet --create topic
swap backout.toml 'max_age_at_deploy = "1h"' 'max_age_at_deploy = "12h"'
commit 'More time'
land topic
ci_clone
pull_request origin/main origin/topic
judge backout check

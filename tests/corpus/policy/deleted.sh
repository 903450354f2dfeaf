# title: A push deletes the configuration, and touches no stage
# why: That asks for less, and is seen; it takes effect once it has landed.
# verdict: ready
# exit: 0
# phase: land
# requirement: policy
# warns: policy/changed, policy/weakened
# landing: fast-forward

open
git rm --quiet backout.toml
commit 'The migration is over'
judge git push origin main

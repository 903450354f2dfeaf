# title: A push lowers a stage's impact, and does nothing else
# why: Sometimes that is right; it should never happen unseen.
# verdict: ready
# exit: 0
# phase: land
# requirement: policy
# warns: policy/changed, policy/weakened
# landing: fast-forward

open
swap backout.toml 'critical' 'low'
commit 'Not that critical'
judge git push origin main

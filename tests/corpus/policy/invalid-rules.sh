# title: The push breaks the configuration
# why: Rules that nobody can read would judge nothing any more.
# verdict: invalid
# exit: 2
# phase: land
# requirement: policy
# cause: refused
# landing: fast-forward

open
swap backout.toml 'impact = "critical"' 'impact = "dire"'
commit 'A word of its own'
judge git push origin main

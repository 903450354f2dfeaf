# title: A push replaces the configuration by a symbolic link to a weaker one
# why: Links are not followed, for they may lead out of the commit: what is behind it is not known.
# verdict: indeterminate
# exit: 3
# phase: land
# requirement: policy
# cause: policy/not-judged
# landing: fast-forward

open
git mv backout.toml rules.toml
swap rules.toml 'critical' 'low'
ln -s rules.toml backout.toml
commit 'Rules elsewhere'
judge git push origin main

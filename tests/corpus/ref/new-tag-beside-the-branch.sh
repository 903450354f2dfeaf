# title: A release tag goes along with ordinary work
# why: Neither the branch nor the tag takes anything away.
# verdict: ready
# exit: 0
# phase: land
# requirement: ref
# landing: multi-ref

open
edit README.md
commit 'More words'
git tag --annotate --message 'Release' v1
judge git push origin main v1

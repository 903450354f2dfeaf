# title: A pull request deletes the only word on whose work a landed commit is
# why: The stage is forgotten once this lands; the branch parted from a main that knew it.
# verdict: unready
# exit: 1
# phase: land
# requirement: policy
# cause: policy/forgotten 3
# looks: ready
# landing: pull-request

open
edit src/codec.py
commit 'Widen the codec'
mkdir -p .backout
printf '[[attributions]]\ncommit = "%s"\nstage = "3"\n' "$(git rev-parse HEAD)" > .backout/attributions.toml
commit 'Attribute it'
land main
git switch --quiet --create topic
git rm --quiet .backout/attributions.toml
commit 'Tidy up'
git switch --quiet main
edit README.md
commit 'More words'
land main topic
git switch --quiet topic
pull_request main topic
judge backout check

# title: The file of attributions is deleted, with the only word on whose work a landed commit is
# why: The file is evidence: without it the stage has not landed.
# verdict: unready
# exit: 1
# phase: land
# requirement: policy
# cause: policy/forgotten 3
# looks: ready
# landing: fast-forward

open
edit src/codec.py
commit 'Widen the codec'
mkdir -p .backout
printf '[[attributions]]\ncommit = "%s"\nstage = "3"\n' "$(git rev-parse HEAD)" > .backout/attributions.toml
commit 'Attribute it'
land main
git rm --quiet .backout/attributions.toml
commit 'Tidy up'
judge git push origin main

# title: An edited attribution makes the only landed work of a stage foreign, and changes nothing else
# why: The stage has landed by what is trusted; afterwards nobody could back it out.
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
swap .backout/attributions.toml 'stage = "3"' 'stage = "none"'
commit 'Correct the attribution'
judge git push origin main

# title: An attribution is added that says of a landed commit what its trailer says already
# why: Nothing that has landed is forgotten, and what is only added needs no excuse.
# verdict: ready
# exit: 0
# phase: land
# requirement: policy
# looks: unready
# landing: fast-forward

open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
mkdir -p .backout
printf '[[attributions]]\ncommit = "%s"\nstage = "2"\n' "$(git rev-parse HEAD)" > .backout/attributions.toml
land main
commit 'Attribute it as well'
judge git push origin main

# title: The same for a team that lands its rules another way
# why: `[requirements]` sets the level.
# verdict: unready
# exit: 1
# phase: land
# requirement: policy
# cause: policy/changed
# landing: fast-forward

printf '"policy/changed" = "deny"\n' >> backout.toml
open
rule 'id = "3"' 'owners = ["@orders/platform"]'
commit 'Who answers for it'
judge git push origin main

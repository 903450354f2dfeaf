# title: A push adds an owner to a stage
# why: Nothing is wrong with changing the rules; it is said, so that somebody looks.
# verdict: ready
# exit: 0
# phase: land
# requirement: policy
# warns: policy/changed
# landing: fast-forward

open
rule 'id = "3"' 'owners = ["@orders/platform"]'
commit 'Who answers for it'
judge git push origin main

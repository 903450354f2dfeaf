# title: The rules take a landed stage the only file that it has changed, and do nothing else
# why: By the pushed rules the stage has not landed; its work would stay when it is backed out.
# verdict: unready
# exit: 1
# phase: land
# requirement: policy
# cause: policy/forgotten 2
# looks: ready
# landing: fast-forward

open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
land main
swap backout.toml '["src/readers/**", "src/codec.py"]' '["src/codec.py"]'
commit 'Tidy up'
judge git push origin main

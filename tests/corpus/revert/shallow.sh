# title: A clone that is cut off before the stage landed
# why: What the stage did is not here, so whether it goes alone cannot be told.
# verdict: indeterminate
# exit: 3
# phase: land
# requirement: revert
# cause: revert/conflicts 3
# landing: push-event

swap backout.toml 'paths = ["src/models/**"]' 'paths = ["src/models/**", "src/codec.py"]'
swap backout.toml 'tag = "orders-start"' "tag = \"orders-start\", oid = \"$(git rev-parse 'orders-start^{commit}')\""
open
edit src/codec.py
commit 'Decode the sessions' 'Migration-Stage: 3'
land main
edit src/codec.py
commit 'A model in the codec' 'Migration-Stage: 1'
land main
ci_clone --depth 2
push_event refs/heads/main main~1 main
judge backout check

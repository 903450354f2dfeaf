# title: The push that lands an unready stage takes the file away from the stage
# why: By the trusted rules the file is still the stage's.
# verdict: unready
# exit: 1
# phase: land
# requirement: policy
# cause: backup/missing 3
# looks: ready
# landing: fast-forward

open
swap backout.toml '"src/sessions/**", "src/codec.py"' '"src/sessions/old/**", "src/codec.py"'
swap backout.toml '["src/models/**"]' '["src/models/**", "src/sessions/**"]'
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3' 'Migration-Stage: 1'
judge git push origin main

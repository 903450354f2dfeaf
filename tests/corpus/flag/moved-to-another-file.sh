# title: The definition moves from one of the flag's files to the other
# why: The flag is defined before and after.
# verdict: ready
# exit: 0
# phase: land
# requirement: flag
# looks: unready
# landing: fast-forward

swap backout.toml '[".env.example"]' '[".env.example", "deploy/prod.env"]'
open
mkdir deploy
git mv .env.example deploy/prod.env
commit 'Settings of production'
judge git push origin main

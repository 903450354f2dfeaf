# title: The flag is defined once in each of two files
# why: Two environments have one definition each; only two in one file are a question.
# verdict: ready
# exit: 0
# phase: land
# requirement: flag
# looks: unready
# landing: fast-forward

swap backout.toml '[".env.example"]' '[".env.example", "deploy/prod.env"]'
mkdir deploy
echo 'USE_NEW_ORDERS=true' > deploy/prod.env
open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

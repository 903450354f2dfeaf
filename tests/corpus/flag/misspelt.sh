# title: The flag file has one letter less than the configuration
# why: Two spellings are two flags: setting the one changes nothing about the other.
# verdict: unready
# exit: 1
# phase: land
# requirement: flag
# cause: flag/misspelt 2
# looks: ready
# landing: fast-forward

echo 'USE_NEW_ORDER=false' > .env.example
open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

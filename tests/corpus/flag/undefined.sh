# title: No file defines the flag
# why: Setting a flag that nobody defined does nothing, and gives no error.
# verdict: unready
# exit: 1
# phase: land
# requirement: flag
# cause: flag/undefined 2
# landing: fast-forward

echo 'LOG_LEVEL=info' > .env.example
open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

# title: No file defines the flag, and a declared hotfix lands on the stage's file
# why: Foreign work is never stopped for the migration's sake.
# verdict: ready
# exit: 0
# phase: land
# requirement: flag
# warns: flag/undefined 2, stage/declared-foreign 2
# looks: unready
# landing: fast-forward

echo 'LOG_LEVEL=info' > .env.example
open
edit src/readers/order.py
commit 'Accept blanks' 'Migration-Stage: none'
judge git push origin main

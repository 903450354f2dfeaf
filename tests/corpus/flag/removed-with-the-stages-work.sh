# title: The work of a stage removes its own flag
# why: From then on the stage can be undone by bringing back old code only.
# verdict: unready
# exit: 1
# phase: land
# requirement: flag
# cause: flag/removed-while-needed 2
# landing: fast-forward

open
echo 'LOG_LEVEL=info' > .env.example
edit src/readers/order.py
commit 'Always read the new shape' 'Migration-Stage: 2'
judge git push origin main

# title: The trailer names the stage with its migration
# why: `orders:2` is stage 2 of the migration `orders`.
# verdict: ready
# exit: 0
# phase: land
# requirement: stage
# looks: unready
# landing: fast-forward

open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: orders:2'
judge git push origin main

# title: A stage of medium impact lands without a rehearsal
# why: It is told; from high impact up it is asked for.
# verdict: ready
# exit: 0
# phase: land
# requirement: rehearsal
# looks: unready
# warns: rehearsal/missing 2
# landing: fast-forward

asks_for_rehearsals
open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

# title: One commit is work of two stages, each on its own files
# why: The paths tell them apart, so either can be backed out alone.
# verdict: ready
# exit: 0
# phase: land
# requirement: stage
# looks: unready
# landing: fast-forward

receipt sessions '-10 minutes'
open
edit src/readers/order.py src/sessions/store.py
commit 'Read and keep the new shape' 'Migration-Stage: 2' 'Migration-Stage: 3'
judge git push origin main

# title: The same squash with the backup's receipt on the landing branch
# why: Both trailers are read, both stages have what they need.
# verdict: ready
# exit: 0
# phase: land
# requirement: stage
# looks: unready
# landing: squash

receipt sessions '-10 minutes'
open
edit src/readers/order.py src/sessions/store.py
commit 'Read and keep the new shape (#7)' '* Read it' '' 'Migration-Stage: 2' '' '* Keep it' '' 'Migration-Stage: 3' '' 'Co-authored-by: B <b@example.com>'
judge git push origin main

# title: A squash keeps the trailers of its commits in the middle of its body
# why: git itself reads the last paragraph only; the whole body counts, and stage 3 lacks its backup.
# verdict: unready
# exit: 1
# phase: land
# requirement: stage
# cause: backup/missing 3
# looks: ready
# landing: squash

open
edit src/readers/order.py src/sessions/store.py
commit 'Read and keep the new shape (#7)' '* Read it' '' 'Migration-Stage: 2' '' '* Keep it' '' 'Migration-Stage: 3' '' 'Co-authored-by: B <b@example.com>'
judge git push origin main

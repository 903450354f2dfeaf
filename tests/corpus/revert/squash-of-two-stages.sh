# title: A squash is work of two stages on the file that they share
# why: On that file they cannot be told apart: neither goes without the other.
# verdict: unready
# exit: 1
# phase: land
# requirement: revert
# cause: revert/conflicts 3
# warns: revert/conflicts 2, stage/mixed-commit 2, stage/mixed-commit 3
# looks: ready
# landing: squash

receipt sessions '-10 minutes'
open
edit src/codec.py
commit 'Decode both (#7)' '* Read it' '' 'Migration-Stage: 2' '' '* Keep it' '' 'Migration-Stage: 3'
judge git push origin main

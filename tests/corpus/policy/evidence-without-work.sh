# title: A push brings a receipt, and touches no stage
# why: There is nothing that it excuses.
# verdict: ready
# exit: 0
# phase: land
# requirement: policy
# looks: unready
# landing: fast-forward

open
receipt sessions '-10 minutes'
commit 'Receipt of the backup'
judge git push origin main

# title: A new stage comes with work off its paths, and the scope is dropped by the same push
# why: Inside the trusted scope a stage owns all that its work changes, until other rules have landed.
# verdict: unready
# exit: 1
# phase: land
# requirement: policy
# cause: stage/unowned-path 4
# looks: ready
# landing: fast-forward

open
swap backout.toml $'scope = ["src/**"]\n' ''
swap backout.toml '[requirements]' '[[stages]]
id = "4"
name = "Ledger"
impact = "critical"
paths = ["src/ledger/**"]
rollback = ["code"]

[requirements]'
edit src/ledger/book.py src/audit.py
commit 'Keep a ledger' 'Migration-Stage: 4'
judge git push origin main

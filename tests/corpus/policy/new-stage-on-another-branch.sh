# title: A new stage comes with its work, and says that stages land elsewhere
# why: By the trusted rules they land here.
# verdict: unready
# exit: 1
# phase: land
# requirement: policy
# cause: backup/missing 4
# looks: ready
# landing: fast-forward

open
swap backout.toml '[requirements]' '[[stages]]
id = "4"
name = "Ledger"
impact = "critical"
paths = ["src/ledger/**"]
rollback = ["code", "data"]
backups = ["sessions"]

[requirements]'
swap backout.toml 'branch = "main"' 'branch = "release"'
edit src/ledger/book.py
commit 'Keep a ledger' 'Migration-Stage: 4'
judge git push origin main

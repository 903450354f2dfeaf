# title: A new stage comes with its work, and asks for no backup by level
# why: The trusted levels hold until the new ones have landed.
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
printf '"backup/missing" = "allow"\n' >> backout.toml
edit src/ledger/book.py
commit 'Keep a ledger' 'Migration-Stage: 4'
judge git push origin main

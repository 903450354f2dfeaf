# title: A new stage comes with its work, and with the word that the migration only observes
# why: What is trusted enforces.
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
rule '[migration]' 'mode = "observe"'
edit src/ledger/book.py
commit 'Keep a ledger' 'Migration-Stage: 4'
judge git push origin main

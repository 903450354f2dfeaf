# title: A new stage comes with its work, and only observes
# why: What is trusted enforces; a stage chooses its mode once it has landed.
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
rule 'id = "4"' 'mode = "observe"'
edit src/ledger/book.py
commit 'Keep a ledger' 'Migration-Stage: 4'
judge git push origin main

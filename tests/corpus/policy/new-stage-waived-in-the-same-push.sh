# title: A new stage comes with its work, and with the waiver for it
# why: A waiver counts once it has landed.
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
printf '\n[[waivers]]\nfinding = "backup/missing"\nstage = "4"\nreason = "taken by hand"\nexpires = %s\n' "$(day '+10 days')" >> backout.toml
edit src/ledger/book.py
commit 'Keep a ledger' 'Migration-Stage: 4'
judge git push origin main

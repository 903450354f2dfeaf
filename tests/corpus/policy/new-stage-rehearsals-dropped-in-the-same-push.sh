# title: A new stage restores a backup that nobody rehearsed, and the same push no longer asks for it
# why: How often the backup is rehearsed is a trusted term; dropping it excuses no new stage either.
# verdict: unready
# exit: 1
# phase: land
# requirement: policy
# cause: backup/unrehearsed 4
# looks: ready
# landing: fast-forward

rule 'max_age_at_deploy = "1h"' 'rehearse_every = "14d"'
open
swap backout.toml $'rehearse_every = "14d"\n' ''
swap backout.toml '[requirements]' '[[stages]]
id = "4"
name = "Ledger"
impact = "critical"
paths = ["src/ledger/**"]
rollback = ["code", "data"]
backups = ["sessions"]

[requirements]'
receipt sessions '-1 hour'
edit src/ledger/book.py
commit 'Keep a ledger' 'Migration-Stage: 4'
judge git push origin main

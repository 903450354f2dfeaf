# title: The rollback restores data, and the stage names no backup
# why: The plan says "restore the data", and nobody has said which, from where.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/undefined 2
# landing: fast-forward

swap backout.toml '["flags", "code"]' '["flags", "code", "data"]'
open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

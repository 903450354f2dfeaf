# title: The flag of a closed stage is removed
# why: Closing the stage ended its requirements.
# verdict: ready
# exit: 0
# phase: land
# requirement: flag
# looks: unready
# landing: fast-forward

rule 'id = "2"' 'state = "closed"
since = 2026-01-31
reason = "all readers have moved"'
open
echo 'LOG_LEVEL=info' > .env.example
commit 'Remove an old setting'
judge git push origin main

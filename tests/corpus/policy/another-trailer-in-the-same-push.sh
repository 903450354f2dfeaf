# title: The push that lands an unready stage renames the trailer, and uses the new one
# why: By the new rules it is the stage's work, and lacks the backup.
# verdict: unready
# exit: 1
# phase: land
# requirement: policy
# cause: backup/missing 3
# looks: ready
# landing: fast-forward

open
rule '[migration]' 'trailer = "Orders-Stage"'
edit src/sessions/store.py
commit 'Move the sessions' 'Orders-Stage: 3'
judge git push origin main

# title: The trailer stands in the first line of the message
# why: The first line is the subject, and no trailer: the commit is a silent one.
# verdict: ready
# exit: 0
# phase: land
# requirement: stage
# warns: stage/ambiguous-commit 3
# landing: fast-forward

open
edit src/sessions/store.py
commit 'Migration-Stage: 3'
judge git push origin main

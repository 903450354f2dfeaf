# title: Work on a closed stage lands past the hook, by a merge, under a date before the closing
# why: Anybody can set a date. The stage was closed when the merge landed.
# verdict: unready
# exit: 1
# phase: deploy
# requirement: stage
# cause: stage/closed 2
# looks: ready
# landing: deployment

open
git switch --quiet --create topic
at '-20 hours'
edit src/readers/order.py
commit 'Read orders' 'Migration-Stage: 2'
git switch --quiet main
at '-4 minutes'
rule 'id = "2"' 'state = "closed"
since = 2026-01-31
reason = "all readers have moved"'
commit 'Close it'
land main
merge topic "Merge branch 'topic'" 'Reviewed by nobody.'
land main
judge backout check --phase deploy

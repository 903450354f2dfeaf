# title: A stage of medium impact is deployed that nobody has rehearsed
# why: Once it takes effect, its back-out has to work.
# verdict: unready
# exit: 1
# phase: deploy
# requirement: rehearsal
# cause: rehearsal/missing 2
# landing: deployment

asks_for_rehearsals
open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge backout check --phase deploy --base origin/main

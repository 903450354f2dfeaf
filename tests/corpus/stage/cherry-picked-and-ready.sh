# title: A cherry-pick with -x writes a line below the trailer
# why: The trailer is still one: it stands at the start of a line of the body.
# verdict: ready
# exit: 0
# phase: land
# requirement: stage
# looks: unready
# landing: cherry-pick

open
git switch --quiet --create topic
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
git switch --quiet main
edit README.md
commit 'More words'
git cherry-pick -x topic > /dev/null
judge git push origin main

# title: A forced push drops the commit that defined the flag of a landed stage
# why: As a plain push it would be stopped; the files of the stage stay as they are.
# verdict: unready
# exit: 1
# phase: land
# requirement: ref
# cause: ref/history-rewritten
# looks: ready
# landing: force-push

echo 'OTHER=1' > .env.example
open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
echo 'USE_NEW_ORDERS=false' > .env.example
commit 'Define the flag'
land main
git reset --quiet --hard HEAD~1
judge git push --force origin main

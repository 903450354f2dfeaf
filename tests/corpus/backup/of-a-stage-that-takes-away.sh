# title: A stage's work is to take away what an earlier stage had added
# why: The file is as it was before both; it is the later stage's work all the same, and it has no backup.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/missing 3
# looks: ready
# landing: fast-forward

open
echo 'both shapes' >> src/codec.py
commit 'Read both shapes for a while' 'Migration-Stage: 2'
land main
git checkout --quiet orders-start -- src/codec.py
commit 'Read the new shape alone' 'Migration-Stage: 3'
judge git push origin main

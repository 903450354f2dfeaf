# title: The annotated tag's object is missing from the object store
# why: The ref is there and leads nowhere: it can be neither called missing nor believed.
# verdict: indeterminate
# exit: 3
# phase: land
# requirement: tag
# cause: tag/missing 2
# looks: ready
# landing: fast-forward

open
object=$(git rev-parse orders-start)
rm -f ".git/objects/${object:0:2}/${object:2}"
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

# title: The range's base is a name that nothing has
# why: A wrong call is neither ready nor unready.
# verdict: invalid
# exit: 2
# phase: land
# requirement: policy
# cause: refused
# landing: range

open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge backout check --base origin/mian

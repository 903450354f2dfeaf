# title: The range's base is an object that is not in this clone
# why: What was added since cannot be known.
# verdict: indeterminate
# exit: 3
# phase: land
# requirement: policy
# cause: policy/not-judged
# landing: range

open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge backout check --base 1111111111111111111111111111111111111111

# title: A blobless clone whose remote is gone
# why: The rules are promised and not here: nothing can be judged.
# verdict: indeterminate
# exit: 3
# phase: land
# requirement: policy
# cause: policy/not-judged
# looks: ready
# landing: push-event

open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
land main
git -C ../origin.git config uploadpack.allowFilter true
ci_clone --no-checkout --filter=blob:none
git remote set-url origin "file://$SCENE/gone.git"
push_event refs/heads/main main~1 main
judge backout check

# title: A forced push rewords the message of a landed commit of a stage
# why: The files stay as they are, but the commit that receipts and attributions know is gone.
# verdict: unready
# exit: 1
# phase: land
# requirement: ref
# cause: ref/history-rewritten
# looks: ready
# landing: force-push

open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
land main
git commit --quiet --amend --message 'Read orders in the new shape' --message 'Migration-Stage: 2'
judge git push --force origin main

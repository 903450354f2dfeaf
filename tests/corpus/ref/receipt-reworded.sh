# title: A forced push rewords the commit that recorded a backup
# why: The receipt stands in the pushed tree just as it stood before: nothing is dropped.
# verdict: ready
# exit: 0
# phase: land
# requirement: ref
# looks: unready
# landing: force-push

open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
receipt sessions '-1 hour'
commit 'Record the backup'
land main
git commit --quiet --amend --message 'Record the backup of the sessions'
judge git push --force origin main

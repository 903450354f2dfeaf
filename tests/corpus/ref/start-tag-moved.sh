# title: A forced push moves the start tag to the newest commit
# why: A rollback would go back to a state that holds part of the migration.
# verdict: unready
# exit: 1
# phase: share
# requirement: ref
# cause: ref/start-tag-moved
# landing: tag-push

open
git tag --force --annotate --message 'Begins' orders-start > /dev/null
judge git push --force origin orders-start

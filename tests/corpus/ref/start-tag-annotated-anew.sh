# title: A forced push replaces the start tag by another annotation of the same commit
# why: The tag object differs, the commit does not: nothing has moved.
# verdict: ready
# exit: 0
# phase: share
# requirement: ref
# looks: unready
# landing: tag-push

open
git tag --force --annotate --message 'Better words' orders-start 'orders-start^{commit}' > /dev/null
judge git push --force origin orders-start

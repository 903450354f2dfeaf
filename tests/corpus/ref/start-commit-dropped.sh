# title: A forced push takes the landing branch back behind the start tag
# why: No stage has landed yet, but the way back would lead nowhere.
# verdict: unready
# exit: 1
# phase: land
# requirement: ref
# cause: ref/history-rewritten
# looks: ready
# landing: force-push

edit README.md
commit 'More words'
git tag --force --annotate --message 'Begins' orders-start > /dev/null
open
judge git push --force origin main~2:main

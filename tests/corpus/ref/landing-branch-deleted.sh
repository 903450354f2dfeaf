# title: A push deletes the landing branch
# why: All that landed goes away with it.
# verdict: unready
# exit: 1
# phase: land
# requirement: ref
# cause: ref/history-rewritten
# landing: delete

open
judge git push origin --delete main

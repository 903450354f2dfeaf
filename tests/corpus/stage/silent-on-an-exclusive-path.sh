# title: A commit without a trailer changes a file that one stage owns
# why: It is told once, as a suggestion; a hotfix must not be held up.
# verdict: ready
# exit: 0
# phase: land
# requirement: stage
# warns: stage/ambiguous-commit 3
# looks: unready
# landing: fast-forward

open
edit src/sessions/store.py
commit 'Accept blanks'
judge git push origin main

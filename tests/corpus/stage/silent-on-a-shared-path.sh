# title: A commit without a trailer changes a file that two stages own
# why: It counts as work on both, and that is told for both.
# verdict: ready
# exit: 0
# phase: land
# requirement: stage
# warns: stage/ambiguous-commit 2, stage/ambiguous-commit 3
# landing: fast-forward

open
edit src/codec.py
commit 'Accept blanks'
judge git push origin main

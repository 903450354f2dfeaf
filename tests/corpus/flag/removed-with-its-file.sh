# title: The flag's file is deleted
# why: The definition goes with the file.
# verdict: unready
# exit: 1
# phase: land
# requirement: flag
# cause: flag/removed-while-needed 2
# looks: ready
# landing: fast-forward

open
git rm --quiet .env.example
commit 'Remove an old file'
judge git push origin main

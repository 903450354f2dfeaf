# title: A file with an archive's ending is committed, and is none
# why: The content decides.
# verdict: ready
# exit: 0
# phase: land
# requirement: backup
# looks: unready
# landing: fast-forward

open
echo 'How we use backout' > docs/notes.backout
commit 'Notes'
judge git push origin main

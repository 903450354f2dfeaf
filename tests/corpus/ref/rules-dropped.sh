# title: A forced push goes back behind the commit that made the rules enforce
# why: Nothing of the migration's files changes, and from then on nothing is stopped.
# verdict: unready
# exit: 1
# phase: land
# requirement: ref
# cause: ref/history-rewritten
# looks: ready
# landing: force-push

rule 'branch = "main"' 'mode = "observe"'
open
swap backout.toml $'\nmode = "observe"' ''
commit 'Enforce the rules'
land main
git reset --quiet --hard HEAD~1
judge git push --force origin main

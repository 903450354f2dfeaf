# title: The rules say that a landed file was renamed, by a commit that renamed nothing
# why: Backing the stage out alone looks for the file under a name that it never had.
# verdict: unready
# exit: 1
# phase: land
# requirement: revert
# cause: revert/conflicts 3
# looks: ready
# landing: fast-forward

open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
land main
printf '\n[[moves]]\nfrom = "src/sessions/store.py"\nto = "docs/store.py"\ncommit = "%s"\n' "$(git rev-parse HEAD)" >> backout.toml
commit 'Tidy up'
judge git push origin main

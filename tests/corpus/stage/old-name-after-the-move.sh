# title: An old branch changes a stage's file under its name from before the move
# why: The configuration names the new folder only; [[moves]] say that the old one is the same.
# verdict: unready
# exit: 1
# phase: land
# requirement: stage
# cause: backup/missing 3
# looks: ready
# landing: rebase

swap backout.toml '"src/sessions/**"' '"src/state/**"'
cat >> backout.toml << 'MOVE'

[[moves]]
from = "src/sessions/**"
to = "src/state/**"
MOVE
open
git switch --quiet --create old main
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
git rebase --quiet main
judge git push origin old:main

# title: A stage puts a file of its own into the folder that a critical stage has renamed
# why: Renamed back, the folder would take the file along, or leave it behind: the way back is
#   closed, though the two stages have no file in common.
# verdict: unready
# exit: 1
# phase: land
# requirement: revert
# cause: revert/conflicts 3
# looks: ready
# landing: fast-forward

edit src/store/lines.py src/store/carts.py
swap backout.toml '"src/readers/**", "src/codec.py"' '"src/readers/**", "src/sessions/read_*.py"'
swap backout.toml '"src/sessions/**", "src/codec.py"' '"src/sessions/[!r]*.py", "src/store/**"'
git rm --quiet src/sessions/store.py
commit 'The store'
git tag --force --annotate --message 'The migration begins' orders-start
open
git mv src/store src/sessions
commit 'The store is that of the sessions' 'Migration-Stage: 3'
land main
edit src/sessions/read_order.py
commit 'Readers of sessions' 'Migration-Stage: 2'
judge git push origin main

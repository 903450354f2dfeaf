# title: A stage makes a folder where a critical stage had taken a file away
# why: The file cannot come back while a folder has its name.
# verdict: unready
# exit: 1
# phase: land
# requirement: revert
# cause: revert/conflicts 3
# looks: ready
# landing: fast-forward

edit src/wire
swap backout.toml '"src/readers/**", "src/codec.py"' '"src/readers/**", "src/wire/**"'
swap backout.toml '"src/sessions/**", "src/codec.py"' '"src/sessions/**", "src/wire"'
commit 'The wire'
git tag --force --annotate --message 'The migration begins' orders-start
open
git rm --quiet src/wire
commit 'Sessions need no wire' 'Migration-Stage: 3'
land main
edit src/wire/frames.py
commit 'The wire of the readers' 'Migration-Stage: 2'
judge git push origin main

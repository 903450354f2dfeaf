# title: A stage renames the folder out of which a critical stage had taken a file
# why: The file would come back to a folder that is no more: the way back is closed, though nobody
#   touched a file that the critical stage has changed.
# verdict: unready
# exit: 1
# phase: land
# requirement: revert
# cause: revert/conflicts 3
# looks: ready
# landing: fast-forward

edit src/wire/frames.py src/wire/words.py
swap backout.toml '"src/readers/**", "src/codec.py"' '"src/readers/**", "src/wire/**"'
swap backout.toml '"src/sessions/**", "src/codec.py"' '"src/sessions/**", "src/wire/**"'
commit 'The wire'
git tag --force --annotate --message 'The migration begins' orders-start
open
git rm --quiet src/wire/words.py
commit 'Sessions need no words' 'Migration-Stage: 3'
land main
git mv src/wire/frames.py src/readers/frames.py
commit 'The frames are read by the readers' 'Migration-Stage: 2'
judge git push origin main

# title: Work that names a stage puts a file of nobody's into a folder that a critical stage renamed
# why: The folder would go away under it: the way back is closed, though no stage owns the file.
# verdict: unready
# exit: 1
# phase: land
# requirement: revert
# cause: revert/conflicts 3
# looks: ready
# landing: fast-forward

edit wire/frames.py
swap backout.toml '"src/sessions/**", "src/codec.py"' '"wire/frames.py", "cable/frames.py"'
commit 'The wire'
git tag --force --annotate --message 'The migration begins' orders-start
open
git mv wire cable
commit 'Sessions go by cable' 'Migration-Stage: 3'
land main
echo 'notes' > cable/notes.txt
commit 'Notes on the cable' 'Migration-Stage: 2'
judge git push origin main

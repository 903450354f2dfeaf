# title: A stage renames a folder that it is expected to bring back before a critical stage goes
# why: By `after`, it is backed out first, and then the folder is there again.
# verdict: ready
# exit: 0
# phase: land
# requirement: revert
# looks: unready
# landing: fast-forward

edit src/wire/frames.py src/wire/words.py
swap backout.toml '"src/readers/**", "src/codec.py"' '"src/readers/**", "src/wire/**"'
swap backout.toml '"src/sessions/**", "src/codec.py"' '"src/sessions/**", "src/wire/**"'
rule 'id = "2"' 'after = ["3"]'
commit 'The wire'
git tag --force --annotate --message 'The migration begins' orders-start
open
git rm --quiet src/wire/words.py
commit 'Sessions need no words' 'Migration-Stage: 3'
land main
git mv src/wire/frames.py src/readers/frames.py
commit 'The frames are read by the readers' 'Migration-Stage: 2'
judge git push origin main

# title: A stage puts a file where a folder was that came and went since the start
# why: The critical stage took the folder's only file away; it cannot come back while a file has the
#   folder's name. The stage's pattern names that folder by a wildcard.
# verdict: unready
# exit: 1
# phase: land
# requirement: revert
# cause: revert/conflicts 3
# looks: ready
# landing: fast-forward

swap backout.toml '"src/sessions/**", "src/codec.py"' '"src/*/old.py", "src/codec.py"'
swap backout.toml '"src/readers/**", "src/codec.py"' '"src/readers/**", "src/codec.py", "src/wire"'
open
edit src/wire/old.py
commit 'The wire' 'Migration-Stage: none'
land main
git rm --quiet src/wire/old.py
commit 'Sessions need no wire' 'Migration-Stage: 3'
land main
edit src/wire
commit 'Another wire' 'Migration-Stage: 2'
judge git push origin main

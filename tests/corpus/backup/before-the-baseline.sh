# title: A branch with a commit from before the baseline is merged
# why: `since` holds older commits against nobody: no backup is asked for that one.
# verdict: ready
# exit: 0
# phase: land
# requirement: backup
# looks: unready
# landing: merge-commit

mv backout.toml ..
git switch --quiet --create old
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
git switch --quiet main
mv ../backout.toml .
rule '[migration]' "since = \"$(git rev-parse old)\""
open
merge old "Merge branch 'old'"
judge git push origin main

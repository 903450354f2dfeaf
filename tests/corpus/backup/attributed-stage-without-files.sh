# title: A job of a critical stage without files, which an attribution named before it lands
# why: The attribution has landed, and says whose work it is, as its trailer would have; a backup has
#   to be there.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/missing 3
# looks: ready
# landing: merge-commit

swap backout.toml 'paths = ["src/sessions/**", "src/codec.py"]' 'paths = []'
swap backout.toml 'rollback = ["code", "data"]' 'rollback = ["data"]'
open
git switch --quiet --create topic
edit ops/move-the-sessions
commit 'Move the sessions'
git switch --quiet main
backout attribute --stage 3 topic > /dev/null
commit 'Say whose it is'
land main
merge topic 'Merge the job'
judge git push origin main

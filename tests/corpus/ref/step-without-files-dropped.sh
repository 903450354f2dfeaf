# title: A forced push drops the step of a stage that owns no files
# why: The commit landed the stage all the same, and nothing else says that it has.
# verdict: unready
# exit: 1
# phase: land
# requirement: ref
# cause: ref/history-rewritten
# looks: ready
# landing: force-push

swap backout.toml 'paths = ["src/sessions/**", "src/codec.py"]' 'paths = []'
swap backout.toml 'rollback = ["code", "data"]' 'rollback = ["data"]'
open
receipt sessions '-1 hour'
commit 'Record the backup'
edit README.md
commit 'Run the job' 'Migration-Stage: 3'
land main
git reset --quiet --hard HEAD~1
judge git push --force origin main

# title: A push deletes a tag of which no configuration speaks
# why: Only checkpoints are guarded.
# verdict: ready
# exit: 0
# phase: share
# requirement: ref
# looks: unready
# landing: delete

open
git tag --annotate --message 'Release' v1
land v1
judge git push origin --delete v1

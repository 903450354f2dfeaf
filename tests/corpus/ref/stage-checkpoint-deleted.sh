# title: A push deletes a stage's own checkpoint
# why: It is named in the configuration like the start tag.
# verdict: unready
# exit: 1
# phase: share
# requirement: ref
# cause: ref/start-tag-deleted
# looks: ready
# landing: delete

rule 'id = "2"' 'start = { tag = "readers-start" }'
git tag --annotate --message 'Readers begin' readers-start
open
land readers-start
judge git push origin --delete readers-start

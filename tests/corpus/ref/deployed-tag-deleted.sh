# title: A push deletes the tag that says when a stage took effect
# why: Without it nobody can tell which backup was taken before.
# verdict: unready
# exit: 1
# phase: share
# requirement: ref
# cause: ref/start-tag-deleted
# looks: ready
# landing: delete

rule 'id = "3"' 'deployed = { tag = "sessions-deployed" }'
open
git tag --annotate --message 'Deployed' sessions-deployed
land sessions-deployed
judge git push origin --delete sessions-deployed

# title: The pipeline moves its deployed tag forward
# why: A deployed tag without a pin is set anew with each deployment.
# verdict: ready
# exit: 0
# phase: share
# requirement: ref
# looks: unready
# landing: tag-push

rule 'id = "3"' 'deployed = { tag = "sessions-deployed" }'
open
git tag --annotate --message 'Deployed' sessions-deployed main~1
land sessions-deployed
git tag --force --annotate --message 'Deployed again' sessions-deployed main > /dev/null
judge git push --force origin sessions-deployed

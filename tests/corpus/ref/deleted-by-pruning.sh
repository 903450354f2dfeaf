# title: A push prunes tags from a clone that lacks the start tag
# why: --prune deletes at the remote what is not here, and git tells the hook.
# verdict: unready
# exit: 1
# phase: share
# requirement: ref
# cause: ref/start-tag-deleted
# looks: ready
# landing: multi-ref

open
git tag --delete orders-start
git tag --annotate --message 'Release' v1
judge git push --prune origin 'refs/tags/*:refs/tags/*'

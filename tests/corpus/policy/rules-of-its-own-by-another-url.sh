# title: A topic branch with laxer rules goes to the remote's URL with one slash more
# why: It is the same place, and the rules on its landing branch count.
# verdict: unready
# exit: 1
# phase: share
# requirement: policy
# cause: flag/removed-while-needed 2
# looks: ready
# landing: new-branch

open
swap backout.toml 'impact = "medium"' 'impact = "low"'
git rm --quiet .env.example
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push "$SCENE/origin.git/" HEAD:refs/heads/topic

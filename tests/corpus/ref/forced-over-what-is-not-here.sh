# title: A forced push over a commit that somebody else pushed and that was never fetched
# why: What it drops cannot be looked at, so it cannot be called harmless.
# verdict: indeterminate
# exit: 3
# phase: land
# requirement: ref
# cause: ref/history-rewritten
# looks: ready
# landing: force-push

open
git clone --quiet "$SCENE/origin.git" "$SCENE/other"
(cd "$SCENE/other" && edit src/readers/order.py && commit 'Read the new shape' 'Migration-Stage: 2' && land main)
edit README.md
commit 'More words'
judge git push --force origin main

# title: The trusted rules never were valid, and the push that corrects them brings work
# why: There are no trusted rules to judge the work by.
# verdict: indeterminate
# exit: 3
# phase: land
# requirement: policy
# cause: policy/not-judged
# looks: ready
# landing: fast-forward

cp backout.toml "$SCENE/rules"
swap backout.toml 'version = 1' $'version = 1\nbogus = 1'
open
cp "$SCENE/rules" backout.toml
edit src/models/order.py
commit 'Mend the rules, and more' 'Migration-Stage: 1'
judge git push origin main

# title: The trusted rules never were valid, and a push corrects them and nothing else
# why: A correction must be able to land.
# verdict: ready
# exit: 0
# phase: land
# requirement: policy
# landing: fast-forward

cp backout.toml "$SCENE/rules"
swap backout.toml 'version = 1' $'version = 1\nbogus = 1'
open
cp "$SCENE/rules" backout.toml
commit 'Mend the rules'
judge git push origin main

# title: The trusted rules are invalid, and the push that mends them lowers the stage's impact
# why: The last valid rules on the branch stand in for them; nobody is judged by his own rules alone.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/missing 3
# looks: ready
# landing: fast-forward

open
cp backout.toml "$SCENE/rules"
swap backout.toml 'version = 1' $'version = 1\nbogus = 1'
commit 'A slip'
land main
cp "$SCENE/rules" backout.toml
swap backout.toml 'impact = "critical"' 'impact = "low"'
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

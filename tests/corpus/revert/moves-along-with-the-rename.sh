# title: A landed file is renamed, and the rules say so in the same push
# why: The stage goes back under the new name as it went under the old one.
# verdict: ready
# exit: 0
# phase: land
# requirement: revert
# warns: policy/changed
# looks: unready
# landing: fast-forward

open
edit src/readers/new.py
commit 'Read the new shape' 'Migration-Stage: 2'
land main
git mv src/readers/new.py src/readers/newer.py
printf '\n[[moves]]\nfrom = "src/readers/new.py"\nto = "src/readers/newer.py"\n' >> backout.toml
commit 'Rename it' 'Migration-Stage: 2'
judge git push origin main

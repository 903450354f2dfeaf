# title: A stage's folder is renamed as the landed [[moves]] say
# why: Both names are the stage's: nothing is left without an owner.
# verdict: ready
# exit: 0
# phase: land
# requirement: stage
# looks: unready
# landing: fast-forward

cat >> backout.toml << 'MOVE'

[[moves]]
from = "src/readers/**"
to = "src/reading/**"
MOVE
open
git mv src/readers src/reading
commit 'A better name' 'Migration-Stage: 2'
judge git push origin main

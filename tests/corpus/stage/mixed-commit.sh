# title: One commit is work of two stages on the file that they share
# why: On that path neither can be backed out alone; it is told for both while it is shared.
# verdict: ready
# exit: 0
# phase: share
# requirement: stage
# warns: revert/conflicts 2, revert/conflicts 3, stage/mixed-commit 2, stage/mixed-commit 3
# landing: new-branch

receipt sessions '-10 minutes'
open
git switch --quiet --create topic
edit src/codec.py
commit 'Decode both' 'Migration-Stage: 2' 'Migration-Stage: 3'
judge git push origin topic

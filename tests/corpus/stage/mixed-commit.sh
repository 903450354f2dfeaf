# title: One commit is work of two stages on the file that they share
# why: On that path neither can be backed out alone; it is told for both.
# verdict: ready
# exit: 0
# phase: land
# requirement: stage
# warns: stage/mixed-commit 2, stage/mixed-commit 3
# landing: fast-forward

receipt sessions '-10 minutes'
open
edit src/codec.py
commit 'Decode both' 'Migration-Stage: 2' 'Migration-Stage: 3'
judge git push origin main

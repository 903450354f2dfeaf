# title: A new stage's pattern matches no file
# why: It protects nothing. The files may still come, so it is told.
# verdict: ready
# exit: 0
# phase: land
# requirement: stage
# warns: policy/changed, stage/unmatched-pattern
# landing: fast-forward

open
cat >> backout.toml << 'STAGE'

[[stages]]
id = "4"
name = "Payments"
impact = "high"
paths = ["src/payment/*.py"]
rollback = ["code"]
STAGE
commit 'A further stage'
judge git push origin main

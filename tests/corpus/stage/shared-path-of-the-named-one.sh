# title: A trailer names one of the two owners of a shared file
# why: Only that stage goes forward; the other one, which lacks its backup, is not touched.
# verdict: ready
# exit: 0
# phase: land
# requirement: stage
# looks: unready
# landing: fast-forward

open
edit src/codec.py
commit 'Decode the new shape' 'Migration-Stage: 2'
judge git push origin main

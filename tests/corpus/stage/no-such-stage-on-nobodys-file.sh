# title: The trailer names a stage that does not exist, on a file that no stage owns
# why: No stage is touched; findings without a stage are told.
# verdict: ready
# exit: 0
# phase: land
# requirement: stage
# warns: stage/wrong-stage
# looks: unready
# landing: fast-forward

open
edit README.md
commit 'More words' 'Migration-Stage: 22'
judge git push origin main

# title: Work after the baseline lacks its backup
# why: `since` is about older commits only.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/missing 3
# looks: ready
# landing: range

open
edit README.md
commit 'More words'
rule '[migration]' "since = \"$(git rev-parse HEAD)\""
commit 'From here on'
land main
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge backout check --base main~3

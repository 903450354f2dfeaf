# title: The push that lands an unready stage lowers its impact, and names the remote by another URL
# why: The rules at the old end of the landing branch are trusted, whatever the remote is called.
# verdict: unready
# exit: 1
# phase: land
# requirement: policy
# cause: backup/missing 3
# looks: ready
# landing: fast-forward

open
swap backout.toml 'critical' 'low'
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push "file://$SCENE/origin.git" main

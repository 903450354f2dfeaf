# title: The same on a topic branch of a team that judges every push as a landing
# why: `[phases] share = "land"` makes it so.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/missing 3
# looks: ready
# landing: new-branch

printf '\n[phases]\nshare = "land"\n' >> backout.toml
open
git switch --quiet --create topic
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin topic

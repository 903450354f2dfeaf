# title: The last archive was restored five minutes after it was taken
# why: Rehearsals are asked for every fourteen days.
# verdict: ready
# exit: 0
# phase: land
# requirement: backup
# landing: fast-forward

rule '[backups.sessions]' 'rehearse_every = "14d"'
receipt sessions '-10 minutes'
echo "rehearsed = { at = $(moment '-5 minutes'), target = \"scratch\", result = \"passed\" }" >> .backout/backups/sessions.toml
open
edit src/sessions/store.py
commit 'Move the sessions' 'Migration-Stage: 3'
judge git push origin main

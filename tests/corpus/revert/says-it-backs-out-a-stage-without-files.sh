# title: A commit says that it backs out a critical stage without files, and changes words
# why: By its trailer alone, the stage counts as backed out from then on. That is told.
# verdict: ready
# exit: 0
# phase: land
# requirement: revert
# warns: revert/foreign-edits 3
# looks: unready
# landing: fast-forward

swap backout.toml 'paths = ["src/sessions/**", "src/codec.py"]' 'paths = []'
swap backout.toml 'rollback = ["code", "data"]' 'rollback = ["data"]'
open
receipt sessions '-1 minute'
edit ops/move-the-sessions
commit 'Move the sessions' 'Migration-Stage: 3'
land main
edit README.md
commit 'Words' 'Backout-Stage: 3'
judge git push origin main

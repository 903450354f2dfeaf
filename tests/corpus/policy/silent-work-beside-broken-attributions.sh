# title: Work that says nothing of itself, where a landed file of attributions cannot be read
# why: The file might say whose it is; to pass over that could make it ready.
# verdict: indeterminate
# exit: 3
# phase: land
# requirement: policy
# cause: policy/not-judged
# looks: ready
# landing: fast-forward

open
mkdir .backout
echo 'version = 1' > .backout/attributions.toml
commit 'Whose it is'
land main
edit src/sessions/store.py
commit 'Move the sessions'
judge git push origin main

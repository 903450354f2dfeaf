# title: A merge gone wrong leaves a conflict marker in the file of attributions
# why: Once landed, nobody could tell any more whose work a commit is.
# verdict: invalid
# exit: 2
# phase: land
# requirement: policy
# cause: refused
# looks: ready
# landing: fast-forward

open
edit src/sessions/store.py
commit 'Move the sessions'
land main
backout attribute --stage 3 HEAD > /dev/null
echo '<<<<<<< HEAD' >> .backout/attributions.toml
commit 'Whose it is'
judge git push origin main

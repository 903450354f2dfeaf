# title: A file of attributions that landed broken is mended
# why: A change that repairs it must be able to land.
# verdict: ready
# exit: 0
# phase: land
# requirement: policy
# looks: unready
# landing: fast-forward

open
edit src/sessions/store.py
commit 'Move the sessions'
land main
backout attribute --stage 3 HEAD > /dev/null
echo '<<<<<<< HEAD' >> .backout/attributions.toml
commit 'Whose it is'
land main
swap .backout/attributions.toml '<<<<<<< HEAD' ''
commit 'Mend it'
judge git push origin main

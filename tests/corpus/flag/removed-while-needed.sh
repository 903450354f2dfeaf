# title: A clean-up removes the flag, and touches no stage
# why: It closes the fastest way back of a stage that it never mentions.
# verdict: unready
# exit: 1
# phase: land
# requirement: flag
# cause: flag/removed-while-needed 2
# looks: ready
# landing: fast-forward

open
echo 'LOG_LEVEL=info' > .env.example
commit 'Remove an old setting'
judge git push origin main

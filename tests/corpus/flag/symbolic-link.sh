# title: The flag's file is a symbolic link
# why: Links are not followed, for they may lead out of the commit: what is behind it is not known.
# verdict: indeterminate
# exit: 3
# phase: land
# requirement: flag
# cause: flag/undefined 2
# looks: ready
# landing: fast-forward

git mv .env.example settings.env
ln -s settings.env .env.example
open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

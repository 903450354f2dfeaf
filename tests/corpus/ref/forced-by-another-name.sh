# title: A topic branch is forced onto the landing branch by a refspec
# why: The remote's name for the ref decides, whatever the local one is.
# verdict: unready
# exit: 1
# phase: land
# requirement: ref
# cause: ref/history-rewritten
# looks: ready
# landing: force-push

open
git switch --quiet --create topic
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
land topic:main
git reset --quiet --hard HEAD~1
edit README.md
commit 'More words'
judge git push origin +topic:main

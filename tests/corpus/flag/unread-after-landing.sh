# title: The last code that reads a landed stage's flag goes, by a push that touches no stage
# why: From then on the flag can be set to anything, and nothing would change.
# verdict: unready
# exit: 1
# phase: land
# requirement: flag
# cause: flag/unread 2
# looks: ready
# landing: fast-forward

swap backout.toml '"src/**/*.py"' '"tools/**"'
mkdir tools
mv src/readers/order.py tools/orders.py
echo 'pass' > src/readers/order.py
open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
land main
echo 'new = True' > tools/orders.py
commit 'Orders are always new'
judge git push origin main

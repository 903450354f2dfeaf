# title: A file lies one folder deeper than a pattern with one star reaches
# why: `*` never crosses `/`: the deeper file is nobody's, though the commit claims the stage.
# verdict: unready
# exit: 1
# phase: land
# requirement: stage
# cause: stage/unowned-path 2
# looks: ready
# landing: fast-forward

swap backout.toml 'src/readers/**' 'src/readers/*.py'
open
edit src/readers/order.py src/readers/json/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

# title: The start tag is lightweight, and nothing pins it
# why: It would move unseen. The tag is there and leads back, so this is told, not denied.
# verdict: ready
# exit: 0
# phase: land
# requirement: tag
# warns: tag/lightweight 2
# landing: fast-forward

git tag --force orders-start HEAD > /dev/null
open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

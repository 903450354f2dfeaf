# title: The code reads another flag whose name begins with this one's
# why: USE_NEW_ORDERS_TABLE is another flag.
# verdict: unready
# exit: 1
# phase: land
# requirement: flag
# cause: flag/unread 2
# looks: ready
# landing: fast-forward

echo 'new = os.environ["USE_NEW_ORDERS_TABLE"] == "true"' > src/readers/order.py
open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
judge git push origin main

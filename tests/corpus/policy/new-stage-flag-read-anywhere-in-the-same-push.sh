# title: A new stage needs a flag that nobody reads, and the same push looks for it everywhere
# why: The trusted rules say where the flag has to be read; its name in a document is no reader.
# verdict: unready
# exit: 1
# phase: land
# requirement: policy
# cause: flag/unread 4
# looks: ready
# landing: fast-forward

echo 'new = False' > src/readers/order.py
open
swap backout.toml 'referenced_in = ["src/**/*.py"]' 'referenced_in = ["**"]'
swap backout.toml '[requirements]' '[[stages]]
id = "4"
name = "Ledger"
impact = "critical"
paths = ["src/ledger/**"]
rollback = ["flags", "code"]
flags = { USE_NEW_ORDERS = "off" }

[requirements]'
edit src/ledger/book.py
commit 'Keep a ledger' 'Migration-Stage: 4'
judge git push origin main

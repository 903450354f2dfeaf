# title: A message quotes the trailer of another stage in a code block
# why: An example is no claim; the real trailer counts.
# verdict: ready
# exit: 0
# phase: land
# requirement: stage
# looks: unready
# landing: fast-forward

open
edit src/readers/order.py
commit 'Explain trailers' '```' 'Migration-Stage: 3' '```' '' 'Migration-Stage: 2'
judge git push origin main

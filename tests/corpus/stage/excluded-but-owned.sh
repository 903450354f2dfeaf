# title: A stage excludes a file that another stage still owns
# why: The exclude takes it from stage 3 alone: the trailer names the wrong stage.
# verdict: unready
# exit: 1
# phase: land
# requirement: stage
# cause: stage/wrong-stage 2
# looks: ready
# landing: fast-forward

rule 'id = "3"' 'exclude = ["src/codec.py"]'
open
edit src/codec.py
commit 'Decode the new shape' 'Migration-Stage: 3'
judge git push origin main

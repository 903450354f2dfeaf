# title: A silent commit changes a file that its only stage excludes
# why: Excludes always win: the file is nobody's, and there is nothing to say.
# verdict: ready
# exit: 0
# phase: land
# requirement: stage
# looks: unready
# landing: fast-forward

edit src/sessions/README.md
rule 'id = "3"' 'exclude = ["**/*.md"]'
open
edit src/sessions/README.md
commit 'More words'
judge git push origin main

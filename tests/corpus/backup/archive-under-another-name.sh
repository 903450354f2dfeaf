# title: A backup archive is committed as something else
# why: The content decides, whatever a file is called and wherever it lies.
# verdict: unready
# exit: 1
# phase: land
# requirement: backup
# cause: backup/archive-in-tree 3
# looks: ready
# landing: fast-forward

open
mkdir ../export
echo '{"session": 1}' > ../export/1.json
git switch --quiet --create scratch
swap backout.toml '{ kind = "command", command = ["./ops/export-sessions"] }' '{ kind = "file", path = "export" }'
swap backout.toml 's3://ops-backups/orders' "$SCENE/store"
cp -r ../export export
backout backup create sessions > /dev/null
git checkout --quiet main -- .
git clean --quiet --force -d
git switch --quiet main
cp ../store/*.backout docs/output.bin
commit 'Output of a run'
judge git push origin main

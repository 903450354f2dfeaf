#!/usr/bin/env bash
# Commits receipts of backups to a branch. Where the branch takes no direct push, they go to a branch
# of their own, and the line that opens a pull request is told.
set -uo pipefail

from="$1"   # the folder that holds them
branch="$2" # main
target=.backout/backups

stop() { # message
    local text="${1//'%'/%25}"
    echo "::error title=backout::${text//$'\n'/ }"
    exit 2
}

git check-ref-format "refs/heads/$branch" || stop "the input branch should be a branch's name"
ls "$from"/*.toml > /dev/null 2>&1 || stop "the input receipt should be a folder with receipts"

# On the branch as it is now: a delivery may have taken hours.
git fetch --quiet --depth 1 origin "refs/heads/$branch" || stop "the branch could not be fetched"
git checkout --quiet --detach FETCH_HEAD || stop "the branch could not be checked out"
mkdir -p "$target"
cp "$from"/*.toml "$target/" || stop "the receipts could not be copied"
git add -- "$target"
if git diff --cached --quiet; then
    echo "the branch has these receipts already"
    exit 0
fi
git -c user.name="github-actions[bot]" \
    -c user.email="41898282+github-actions[bot]@users.noreply.github.com" \
    commit --quiet --message "Record the backups of a deployment" || stop "the receipts could not be committed"
if git push --quiet origin "HEAD:refs/heads/$branch"; then
    echo "committed to $branch: $(git rev-parse HEAD)"
    exit 0
fi
own="backout/receipts-${GITHUB_RUN_ID:-$(git rev-parse --short=12 HEAD)}"
git push --quiet origin "HEAD:refs/heads/$own" || stop "the receipts could not be pushed: it takes the permission contents: write"
echo "::warning title=backout::$branch takes no direct push; the receipts are on $own: open a pull request, ${GITHUB_SERVER_URL:-https://github.com}/${GITHUB_REPOSITORY:-}/compare/$own"

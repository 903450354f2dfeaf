#!/usr/bin/env bash
# Commits receipts of backups to a branch. Where the branch takes no direct push, they go to a branch
# of their own, and the line that opens a pull request is told.
set -uo pipefail

# shellcheck source=.github/action/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

from="$1"   # the folder that holds them, each at its path; one without a folder is the root's
branch="$2" # main

git check-ref-format "refs/heads/$branch" || stop "the input branch should be a branch's name"
found="$(cd "$from" 2> /dev/null && find . -type f -name '*.toml')" || found=""
[ -n "$found" ] || stop "the input receipt should be a folder with receipts"

base=""
commit() { # on the branch as it is now: a delivery may have taken hours
    local file path
    git fetch --quiet --depth 1 origin "refs/heads/$branch" || stop "the branch could not be fetched"
    base="$(git rev-parse FETCH_HEAD)"
    git checkout --quiet --force --detach FETCH_HEAD || stop "the branch could not be checked out"
    while IFS= read -r file; do
        path="${file#./}"
        case "$path" in
            .backout/backups/* | */.backout/backups/*) ;;
            */*) stop "$path is no place of a receipt" ;;
            *) path=".backout/backups/$path" ;;
        esac
        mkdir -p "$(dirname "$path")" || stop "the receipts could not be copied"
        cp "$from/$file" "$path" || stop "the receipts could not be copied"
        # Also where .gitignore leaves it out: without its receipt nobody finds the archive again.
        git add --force -- "$path" || stop "the receipts could not be copied"
    done <<< "$found"
    if git diff --cached --quiet; then
        echo "the branch has these receipts already"
        exit 0
    fi
    git -c user.name="github-actions[bot]" \
        -c user.email="41898282+github-actions[bot]@users.noreply.github.com" \
        commit --quiet --message "Record the backups of a deployment" || stop "the receipts could not be committed"
}

moved() { # whether the branch is elsewhere than where the commit was made
    local now
    now="$(git ls-remote origin "refs/heads/$branch" | cut -f 1)"
    [ -n "$now" ] && [ "$now" != "$base" ]
}

# Somebody else may push in between: then once more, on what they have pushed.
for try in 1 2 3; do
    commit
    if git push --quiet origin "HEAD:refs/heads/$branch"; then
        echo "committed to $branch: $(git rev-parse HEAD)"
        exit 0
    fi
    moved || break
    echo "$branch has moved on (try $try)" >&2
done
own="backout/receipts-${GITHUB_RUN_ID:-0}-${GITHUB_RUN_ATTEMPT:-1}-$(git rev-parse --short=12 HEAD)"
# The branch must not be there yet: nobody's commits are thrown away.
git push --quiet "--force-with-lease=refs/heads/$own:" origin "HEAD:refs/heads/$own" ||
    stop "the receipts could not be pushed: it takes the permission contents: write"
echo "::warning title=backout::$branch takes no direct push; the receipts are on $own: open a pull request, ${GITHUB_SERVER_URL:-https://github.com}/${GITHUB_REPOSITORY:-}/compare/$own"

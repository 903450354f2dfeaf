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
here="$(git rev-parse HEAD)" || stop "there is no commit in this checkout"

path=""
place() { # file: sets path to where it belongs
    path="${1#./}"
    case "$path" in
        .backout/backups/* | */.backout/backups/*) ;;
        */*) stop "$path is no place of a receipt" ;;
        *) path=".backout/backups/$path" ;;
    esac
}

at() { # commit, path: the id of what it has there, or none
    git rev-parse --quiet --verify "$1:$2" || echo none
}

begun_from() { # path: what the receipt was when the backup was taken
    local was=""
    if [ -f "$from/.begun-from" ]; then
        was="$(P="$1" awk 'substr($0, index($0, " ") + 1) == ENVIRON["P"] { print $1; exit }' "$from/.begun-from")"
    fi
    # Where nobody noted it, it was what this checkout has.
    printf '%s' "${was:-$(at "$here" "$1")}"
}

# A receipt lists every archive. One that another delivery has written meanwhile lists an archive that
# ours does not know: in its place, ours would lose it.
others=""
look_for_others() { # commit
    local file now
    others=""
    while IFS= read -r file; do
        place "$file"
        now="$(at "$1" "$path")"
        [ "$now" = "$(begun_from "$path")" ] || [ "$now" = "$(git hash-object --no-filters -- "$from/$file")" ] ||
            others+="${others:+, }$path"
    done <<< "$found"
}

write() { # commit to write on
    local file
    git checkout --quiet --force --detach "$1" || stop "the branch could not be checked out"
    while IFS= read -r file; do
        place "$file"
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

own=""
to_own_branch() {
    own="backout/receipts-${GITHUB_RUN_ID:-0}-${GITHUB_RUN_ATTEMPT:-1}-$(git rev-parse --short=12 HEAD)"
    # The branch must not be there yet: nobody's commits are thrown away.
    git push --quiet "--force-with-lease=refs/heads/$own:" origin "HEAD:refs/heads/$own" ||
        stop "the receipts could not be pushed: it takes the permission contents: write"
}

compare="${GITHUB_SERVER_URL:-https://github.com}/${GITHUB_REPOSITORY:-}/compare"

commit() { # on the branch as it is now: a delivery may have taken hours
    git fetch --quiet --depth 1 origin "refs/heads/$branch" || stop "the branch could not be fetched"
    base="$(git rev-parse FETCH_HEAD)"
    look_for_others "$base"
    if [ -n "$others" ]; then
        # On the commit that the delivery began from, so that a merge has both sides.
        write "$here"
        to_own_branch
        stop "$others was changed on $branch since this delivery began: nothing there was replaced. The receipts are on $own; bring the archives of both together: $compare/$own"
    fi
    write "$base"
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
to_own_branch
echo "::warning title=backout::$branch takes no direct push; the receipts are on $own: open a pull request, $compare/$own"

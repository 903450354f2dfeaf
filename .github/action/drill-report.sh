#!/usr/bin/env bash
# Keeps one issue about the drill: opened when something is wrong, brought up to date while it is,
# closed when all is well again. A step of its own: the token is in it.
set -uo pipefail

report="${DRILL_REPORT:-}"
worst="${DRILL_CODE:-}"
label=backout-drill
marker="<!-- backout-drill -->"

issues() { # arguments of `gh api`, below the repository's issues
    local path="$1"
    shift
    GH_TOKEN="${IN_TOKEN:-}" gh api "repos/$GITHUB_REPOSITORY/issues$path" "$@"
}

unreported() {
    echo "::error title=backout::the drill's issue could not be written; it takes the permission issues: write"
    exit 5
}

# A drill that was killed has told nothing, and is no good news.
[[ "$worst" =~ ^[0-9]+$ ]] || worst=3
[ -f "$report" ] || report=/dev/null

run="${GITHUB_SERVER_URL:-https://github.com}/$GITHUB_REPOSITORY/actions/runs/${GITHUB_RUN_ID:-}"
if [ "$worst" = 3 ]; then
    title="Whether every way back is open could not be told"
    found="could not tell whether every stage can be rolled back"
else
    title="A way back has closed"
    found="found that not every stage can be rolled back"
fi
body="${RUNNER_TEMP:-${TMPDIR:-/tmp}}/backout-drill-$$.md"
{
    echo "$marker"
    printf 'The nightly drill %s ([the run](%s)).\n' "$found" "$run"
    printf 'It brings this issue up to date every night, and closes it when all is well.\n\n'
    # An issue's text ends at 65,536 characters.
    head -c 60000 "$report"
    [ "$(wc -c < "$report")" -le 60000 ] || printf '\n\nand more: see [the run](%s)\n' "$run"
} > "$body"

# Anybody who triages may give an issue this label: the drill's own is one that the job's token has
# opened, that begins with the marker, and that is no pull request.
own=".[] | select((has(\"pull_request\") | not) and .user.login == \"github-actions[bot]\" and ((.body // \"\") | startswith(\"$marker\"))) | .number"
numbers="$(issues "?state=open&labels=$label&per_page=100" --method GET --jq "$own")" || unreported
number="${numbers%%$'\n'*}"
if [ "$worst" != 0 ] && [ -z "$number" ]; then
    issues "" --method POST -f "title=$title" -f "labels[]=$label" -F "body=@$body" --jq .html_url || unreported
elif [ "$worst" != 0 ]; then
    issues "/$number" --method PATCH -f "title=$title" -F "body=@$body" --jq .html_url || unreported
elif [ -n "$number" ]; then
    issues "/$number/comments" --method POST -f "body=All is well again: $run" --jq .html_url || unreported
    issues "/$number" --method PATCH -f state=closed --jq .html_url || unreported
fi

#!/usr/bin/env bash
# The nightly drill: backs out everything that has landed where it hurts nobody, looks whether every
# way back is open, and keeps one issue about it: opened when something is wrong, brought up to date
# while it is, closed when all is well again. Ends with 0 where all is well, else with what went wrong.
set -uo pipefail

report="$1"
label=backout-drill
secret="${IN_TOKEN:-}"
unset IN_TOKEN

config=()
if [ -n "${IN_CONFIG:-}" ]; then
    config=("--config=$IN_CONFIG")
fi

worst=0
step() { # title, command…
    local title="$1" code
    shift
    # These run the repository's own checks: no token is for them.
    env -u GITHUB_TOKEN -u GIT_CONFIG_COUNT -u GIT_CONFIG_KEY_0 -u GIT_CONFIG_VALUE_0 \
        backout ${config[@]+"${config[@]}"} "$@" > "$report.part" 2>&1
    code=$?
    cat "$report.part"
    # Indented, it is code whatever it holds, and mentions nobody.
    {
        printf '### %s: %s\n\n' "$title" "$([ "$code" = 0 ] && echo well || echo "exit code $code")"
        sed 's/^/    /' "$report.part"
        printf '\n'
    } >> "$report"
    # "Could not judge" does not hide what is known to be wrong.
    if [ "$code" != 0 ] && { [ "$worst" = 0 ] || [ "$worst" = 3 ]; }; then
        worst="$code"
    fi
}

: > "$report"
step "Every landed stage, backed out and brought back" rehearse --no-receipts --offline
step "How every stage stands" status --exit-code
if [ "${IN_ONLINE:-}" = true ]; then
    step "The backups in their stores" backup verify
fi
{
    echo "exit-code=$worst"
    echo "report=$report"
} >> "$GITHUB_OUTPUT"
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
    head -c 1000000 "$report" >> "$GITHUB_STEP_SUMMARY"
fi

issues() { # arguments of `gh api`, below the repository's issues
    local path="$1"
    shift
    GH_TOKEN="$secret" gh api "repos/$GITHUB_REPOSITORY/issues$path" "$@"
}

unreported() {
    echo "::error title=backout::the drill's issue could not be written; it takes the permission issues: write"
    exit "$([ "$worst" = 0 ] && echo 5 || echo "$worst")"
}

run="${GITHUB_SERVER_URL:-https://github.com}/$GITHUB_REPOSITORY/actions/runs/${GITHUB_RUN_ID:-}"
body="$report.body"
{
    echo "<!-- backout-drill -->"
    printf 'The nightly drill found that not every stage can be rolled back ([the run](%s)).\n' "$run"
    printf 'It brings this issue up to date every night, and closes it when all is well.\n\n'
    # An issue's text ends at 65,536 characters.
    head -c 60000 "$report"
    [ "$(wc -c < "$report")" -le 60000 ] || printf '\n\nand more: see [the run](%s)\n' "$run"
} > "$body"

number="$(issues "?state=open&labels=$label&per_page=1" --method GET --jq '.[0].number // empty')" || unreported
if [ "$worst" != 0 ] && [ -z "$number" ]; then
    issues "" --method POST -f "title=A way back has closed" -f "labels[]=$label" -F "body=@$body" --jq .html_url || unreported
elif [ "$worst" != 0 ]; then
    issues "/$number" --method PATCH -F "body=@$body" --jq .html_url || unreported
elif [ -n "$number" ]; then
    issues "/$number/comments" --method POST -f "body=All is well again: $run" --jq .html_url || unreported
    issues "/$number" --method PATCH -f state=closed --jq .html_url || unreported
fi
exit "$worst"

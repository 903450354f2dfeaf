#!/usr/bin/env bash
# The nightly drill: backs out everything that has landed where it hurts nobody, and looks whether
# every way back is open. The repository's own checks run here, so no token is; drill-report.sh keeps
# the issue about it. Ends with 0 where all is well, else with what went wrong.
set -uo pipefail

report="$1"
# shellcheck source=.github/action/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

config=()
if [ -n "${IN_CONFIG:-}" ]; then
    config=("--config=$IN_CONFIG")
fi

worst=0
record() { # title, exit code, what was said
    # Indented, it is code whatever it holds, and mentions nobody. A carriage return would end a line
    # for GitHub, and the next would be no code.
    {
        printf '### %s: %s\n\n' "$1" "$([ "$2" = 0 ] && echo well || echo "exit code $2")"
        tr '\r' ' ' < "$3" | tr -d '\000-\010\013\014\016-\037\177' | sed 's/^/    /'
        printf '\n'
    } >> "$report"
    # "Could not judge" does not hide what is known to be wrong.
    if [ "$2" != 0 ] && { [ "$worst" = 0 ] || [ "$worst" = 3 ]; }; then
        worst="$2"
    fi
}

step() { # title, command…
    local title="$1" code
    shift
    backout ${config[@]+"${config[@]}"} "$@" > "$report.part" 2>&1
    code=$?
    as_text cat "$report.part"
    record "$title" "$code" "$report.part"
}

: > "$report"
if [ "${FETCHED:-0}" != 0 ]; then
    # What has landed is not known then, whatever the rest says of what is here.
    echo "what has landed could not be fetched: see the step before" > "$report.part"
    cat "$report.part"
    record "What has landed, fetched" 3 "$report.part"
fi
step "Every landed stage, backed out and brought back" rehearse --no-receipts --offline
step "How every stage stands" status --exit-code
if [ "${IN_ONLINE:-}" = true ]; then
    # They were looked at in a step before, with what opens them. One that has told nothing is no good
    # news.
    if [ -f "${STORES_REPORT:-}" ]; then
        cp "$STORES_REPORT" "$report.part"
    else
        echo "the stores could not be looked at: see the step before" > "$report.part"
        STORES_CODE=3
    fi
    [[ "${STORES_CODE:-}" =~ ^[0-9]+$ ]] || STORES_CODE=3
    record "The backups in their stores" "$STORES_CODE" "$report.part"
fi
{
    echo "exit-code=$worst"
    echo "report=$report"
} >> "$GITHUB_OUTPUT"
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
    head -c 1000000 "$report" >> "$GITHUB_STEP_SUMMARY"
fi
exit "$worst"

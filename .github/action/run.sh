#!/usr/bin/env bash
# Runs one command of backout with the action's inputs, all of which come by variables (IN_…): no
# text of an event is ever part of a script. Ends with the exit code of backout.
set -uo pipefail

scripts="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

stop() { # message
    local text="${1//'%'/%25}"
    text="${text//$'\r'/ }"
    echo "::error title=backout::${text//$'\n'/ }"
    exit 2
}

cd "${IN_FOLDER:-.}" || stop "the input working-directory names no folder"

arguments=()

option() { # name, value; nothing where the value is empty
    # One word: a value that begins with a dash stays a value.
    if [ -n "$2" ]; then
        arguments+=("$1=$2")
    fi
}

flag() { # name, input's name, its value
    case "$3" in
        true) arguments+=("$1") ;;
        false | "") ;;
        *) stop "the input $2 should be true or false, but is $(printf '%q' "${3:0:60}")" ;;
    esac
}

options() { # name, values, one a line
    local value
    while IFS= read -r value; do
        option "$1" "$value"
    done <<< "$2"
}

receipts() { # paths, one a line; a folder stands for the receipts in it
    local path file
    while IFS= read -r path; do
        if [ -d "$path" ]; then
            for file in "$path"/*.toml; do
                [ ! -f "$file" ] || option --receipt "$file"
            done
        else
            option --receipt "$path"
        fi
    done <<< "$1"
}

quoted() { # value without control characters: as a string of TOML
    local text="$1"
    text="${text//\\/\\\\}"
    printf '"%s"' "${text//\"/\\\"}"
}

overrides() {
    local part name value
    if [ -n "${IN_OVERRIDES:-}" ]; then
        export BACKOUT_OVERRIDES="$IN_OVERRIDES"
    fi
    if [ -z "${IN_OVERRIDE_FINDING:-}" ]; then
        [ -z "${IN_OVERRIDE_STAGE:-}${IN_OVERRIDE_REASON:-}${IN_OVERRIDE_APPROVER:-}" ] ||
            stop "the input override-finding is missing: which finding is to pass?"
        return 0
    fi
    part="[[overrides]]"
    for name in finding stage reason approver; do
        value="IN_OVERRIDE_$(printf %s "$name" | tr '[:lower:]' '[:upper:]')"
        value="${!value:-}"
        if [ -z "$value" ]; then
            [ "$name" = stage ] || stop "the input override-$name is missing"
            continue
        fi
        # Not within the substitution: a subshell could not stop this script.
        [[ "$value" != *[[:cntrl:]]* ]] || stop "the input override-$name should be one line of text"
        part+=$'\n'"$name = $(quoted "$value")"
    done
    export BACKOUT_OVERRIDES="${BACKOUT_OVERRIDES:+$BACKOUT_OVERRIDES$'\n'}$part"
}

operand() { # value; nothing where it is empty
    if [ -n "$1" ]; then
        arguments+=(-- "$1")
    fi
}

variables() {
    local line number=0
    while IFS= read -r line; do
        number=$((number + 1))
        [ -n "$line" ] || continue
        # Its text is a secret: the message has none of it.
        [[ "$line" =~ ^[A-Za-z_][A-Za-z0-9_]*= ]] ||
            stop "line $number of the input variables should be NAME=value"
        export "${line?}"
    done <<< "${IN_VARIABLES:-}"
    unset IN_VARIABLES
}

variables

report="${RUNNER_TEMP:-${TMPDIR:-/tmp}}/backout-report-$$.txt"
fetches=yes

case "${IN_COMMAND:-}" in
    check)
        arguments=(check)
        option --format "${IN_FORMAT:-github}"
        option --phase "${IN_PHASE:-}"
        option --base "${IN_BASE:-}"
        option --head "${IN_HEAD:-}"
        receipts "${IN_RECEIPT:-}"
        overrides
        flag --online online "${IN_ONLINE:-}"
        flag --comment comment "${IN_COMMENT:-}"
        flag --check-run check-run "${IN_CHECK_RUN:-}"
        flag --labels labels "${IN_LABELS:-}"
        if [ -n "${IN_SARIF:-}" ]; then
            arguments+=("--output=sarif=$IN_SARIF")
        fi
        ;;
    plan)
        arguments=(plan)
        option --stage "${IN_STAGE:-}"
        ;;
    revert)
        arguments=(revert --pr)
        option --stage "${IN_STAGE:-}"
        option --reason "${IN_REASON:-}"
        flag --cascade cascade "${IN_CASCADE:-}"
        flag --draft draft "${IN_DRAFT:-}"
        ;;
    rehearse)
        arguments=(rehearse)
        options --stage "${IN_STAGE:-}"
        ;;
    verify-revert)
        arguments=(verify-revert)
        operand "${IN_HEAD:-HEAD}"
        ;;
    "backup create")
        arguments=(backup create)
        if [ -n "${IN_BACKUP:-}" ]; then
            operand "$IN_BACKUP"
        else
            arguments+=(--all)
        fi
        fetches=no
        ;;
    "backup verify")
        arguments=(backup verify)
        operand "${IN_BACKUP:-}"
        fetches=no
        ;;
    status)
        arguments=(status)
        ;;
    comment)
        arguments=(comment)
        fetches=no
        ;;
    drill) ;;
    "keep receipts") fetches=no ;;
    *) stop "the input command should be check, plan, revert, rehearse, verify-revert, backup create, backup verify or status" ;;
esac
if [ "$IN_COMMAND" != check ] && [ ${#arguments[@]} -gt 0 ] && [ -n "${IN_FORMAT:-}" ]; then
    # Before what may stand behind `--`.
    arguments=("${arguments[0]}" "--format=$IN_FORMAT" "${arguments[@]:1}")
fi
if [ ${#arguments[@]} -gt 0 ] && [ -n "${IN_CONFIG:-}" ]; then
    arguments=("--config=$IN_CONFIG" "${arguments[@]}")
fi

# actions/checkout keeps the token for git, unless it was told not to; then git gets it from here. Two
# of these headers, and GitHub refuses both.
server="${GITHUB_SERVER_URL:-https://github.com}"
if [ -n "${IN_TOKEN:-}" ] && [[ "$server" == https://* ]] &&
    ! git config --get-regexp '^http\..*\.extraheader$' > /dev/null; then
    secret="$(printf 'x-access-token:%s' "$IN_TOKEN" | base64 | tr -d '\n')"
    echo "::add-mask::$secret"
    export GIT_CONFIG_COUNT=1
    export GIT_CONFIG_KEY_0="http.$server/.extraheader"
    export GIT_CONFIG_VALUE_0="AUTHORIZATION: basic $secret"
fi

if [ "$fetches" = yes ]; then
    # What it cannot get, the command itself misses, and says so.
    backout ${IN_CONFIG:+"--config=$IN_CONFIG"} fetch >&2 || true
fi

case "$IN_COMMAND" in
    drill) exec bash "$scripts/drill.sh" "$report" ;;
    "keep receipts") exec bash "$scripts/keep-receipts.sh" "${IN_RECEIPT:-}" "${IN_BRANCH:-}" ;;
    check | revert | verify-revert)
        export GITHUB_TOKEN="${IN_TOKEN:-}"
        if [ -n "${IN_APP_ID:-}${IN_APP_KEY:-}" ]; then
            export BACKOUT_APP_ID="${IN_APP_ID:-}" BACKOUT_APP_KEY="${IN_APP_KEY:-}"
        fi
        ;;
    *)
        # These run commands of the repository, or need no token: nothing here is for them.
        unset GITHUB_TOKEN GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_CONFIG_VALUE_0
        ;;
esac
secret="${IN_TOKEN:-}"
unset IN_TOKEN IN_APP_ID IN_APP_KEY

set_here="$report.outputs"
: > "$set_here"
GITHUB_OUTPUT="$set_here" backout "${arguments[@]}" | tee "$report"
code="${PIPESTATUS[0]}"
{
    cat "$set_here"
    echo "exit-code=$code"
    echo "report=$report"
} >> "$GITHUB_OUTPUT"
if [ -n "${IN_SARIF:-}" ] && [ -f "$IN_SARIF" ]; then
    # A file's name may hold a line break: a delimiter that nobody can foresee.
    delimiter="backout_$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
    printf 'sarif<<%s\n%s\n%s\n' "$delimiter" "$IN_SARIF" "$delimiter" >> "$GITHUB_OUTPUT"
fi
if [ "$IN_COMMAND" = revert ] && [ "$code" = 0 ] && [ -n "${IN_GUARD:-}" ]; then
    branch="$(awk '/^pull-request-branch<</ { getline; print; exit }' "$set_here")"
    GITHUB_TOKEN="$secret" bash "$scripts/start-guard.sh" "$IN_GUARD" "$branch"
fi
exit "$code"

#!/usr/bin/env bash
# Runs one command of backout with the action's inputs, all of which come by variables (IN_…): no
# text of an event is ever part of a script. Ends with the exit code of backout.
set -uo pipefail

scripts="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

# shellcheck source=.github/action/common.sh
. "$scripts/common.sh"

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

receipts() { # paths, one a line; a folder stands for the receipts in it and below
    local path file
    while IFS= read -r path; do
        if [ -d "$path" ]; then
            while IFS= read -r -d '' file; do
                option --receipt "$file"
            done < <(find "$path" -type f -name '*.toml' -print0 | sort -z)
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

# Copies the receipts that this checkout has and its commit has not into a folder, each at its path:
# a receipt stands beside its configuration, which need not be at the root. What each of them was in
# the commit is noted: whoever keeps it sees by that whether somebody else has changed it since.
new_receipts() { # folder
    local top path was
    top="$(git rev-parse --show-toplevel)" || return 0
    mkdir -p "$1" || return
    while IFS= read -r -d '' path; do
        mkdir -p "$1/$(dirname "$path")" && cp "$top/$path" "$1/$path" || return
        was="$(git -C "$top" rev-parse --quiet --verify "HEAD:$path")" || was=none
        printf '%s %s\n' "$was" "$path" >> "$1/.begun-from" || return
    done < <(git -C "$top" ls-files -z --modified --others -- ':(glob)**/.backout/backups/*.toml')
}

variables

report="${RUNNER_TEMP:-${TMPDIR:-/tmp}}/backout-report-$$.txt"

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
        # What has landed was fetched in the step before, where the token is.
        arguments=(revert --dry-run --offline)
        option --stage "${IN_STAGE:-}"
        option --reason "${IN_REASON:-}"
        flag --cascade cascade "${IN_CASCADE:-}"
        option --format "${IN_FORMAT:-}"
        ;;
    revert)
        arguments=(revert --pr)
        option --stage "${IN_STAGE:-}"
        option --reason "${IN_REASON:-}"
        flag --cascade cascade "${IN_CASCADE:-}"
        flag --draft draft "${IN_DRAFT:-}"
        option --format "${IN_FORMAT:-}"
        ;;
    rehearse)
        arguments=(rehearse)
        options --stage "${IN_STAGE:-}"
        ;;
    verify-revert)
        arguments=(verify-revert)
        option --format "${IN_FORMAT:-}"
        operand "${IN_HEAD:-HEAD}"
        ;;
    "backup create")
        arguments=(backup create)
        if [ -n "${IN_BACKUP:-}" ]; then
            operand "$IN_BACKUP"
        else
            arguments+=(--all)
        fi
        ;;
    "backup verify")
        arguments=(backup verify)
        operand "${IN_BACKUP:-}"
        ;;
    status)
        arguments=(status)
        option --format "${IN_FORMAT:-}"
        ;;
    comment)
        arguments=(comment)
        ;;
    drill) ;;
    "keep receipts") ;;
    *) stop "the input command should be check, plan, revert, rehearse, verify-revert, backup create, backup verify or status" ;;
esac
if [ ${#arguments[@]} -gt 0 ] && [ -n "${IN_CONFIG:-}" ]; then
    arguments=("--config=$IN_CONFIG" "${arguments[@]}")
fi

# In the job's own variables it would be taken for the one that was passed.
unset GH_TOKEN GITHUB_TOKEN
case "$IN_COMMAND" in
    drill) exec bash "$scripts/drill.sh" "$report" ;;
    "keep receipts")
        credential_for_git
        exec bash "$scripts/keep-receipts.sh" "${IN_RECEIPT:-}" "${IN_BRANCH:-}"
        ;;
    check | revert | verify-revert)
        credential_for_git
        # What is known of the rights of the job's own token holds for no other.
        if [ "${IN_TOKEN:-}" = "${JOB_TOKEN:-}" ]; then
            export GITHUB_TOKEN="${IN_TOKEN:-}"
        else
            export GH_TOKEN="${IN_TOKEN:-}"
        fi
        if [ -n "${IN_APP_ID:-}${IN_APP_KEY:-}" ]; then
            export BACKOUT_APP_ID="${IN_APP_ID:-}" BACKOUT_APP_KEY="${IN_APP_KEY:-}"
        fi
        ;;
esac
secret="${IN_TOKEN:-}"
unset IN_TOKEN IN_APP_ID IN_APP_KEY JOB_TOKEN

set_here="$report.outputs"
: > "$set_here"
run() {
    GITHUB_OUTPUT="$set_here" backout "${arguments[@]}" | tee "$report"
    return "${PIPESTATUS[0]}"
}
if [ "$IN_COMMAND" = check ]; then
    # Its annotations are commands to the runner.
    run
else
    as_text run
fi
code=$?
{
    cat "$set_here"
    echo "exit-code=$code"
    echo "report=$report"
} >> "$GITHUB_OUTPUT"
if [ -n "${IN_SARIF:-}" ] && [ -f "$IN_SARIF" ]; then
    # A file's name may hold a line break: a delimiter that nobody can foresee.
    delimiter="$(unforeseen)"
    printf 'sarif<<%s\n%s\n%s\n' "$delimiter" "$IN_SARIF" "$delimiter" >> "$GITHUB_OUTPUT"
fi
if [ "$IN_COMMAND" = "backup create" ]; then
    # Also where one of several backups failed: only its receipt finds an archive again.
    found="$report.receipts"
    new_receipts "$found" || stop "the receipts could not be copied to $found"
    echo "receipts=$found" >> "$GITHUB_OUTPUT"
fi
branch="$(awk '/^pull-request-branch<</ { getline; print; exit }' "$set_here")"
# Where there was nothing to back out, there is no pull request to start it for.
if [ "$IN_COMMAND" = revert ] && [ "$code" = 0 ] && [ -n "${IN_GUARD:-}" ] && [ -n "$branch" ]; then
    GITHUB_TOKEN="$secret" bash "$scripts/start-guard.sh" "$IN_GUARD" "$branch"
fi
exit "$code"

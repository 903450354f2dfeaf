#!/usr/bin/env bash
# Looks at the backups in their stores, for the drill. A step of its own, before the repository's own
# checks run: what opens the stores is in its variables, and every process can read its parents'.
set -uo pipefail

report="${RUNNER_TEMP:-${TMPDIR:-/tmp}}/backout-stores-$$.txt"
# shellcheck source=.github/action/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

cd "${IN_FOLDER:-.}" || stop "the input working-directory names no folder"
variables
config=()
if [ -n "${IN_CONFIG:-}" ]; then
    config=("--config=$IN_CONFIG")
fi
backout ${config[@]+"${config[@]}"} backup verify > "$report" 2>&1
code=$?
as_text cat "$report"
# The drill tells what it comes to, with the rest.
{
    echo "exit-code=$code"
    echo "report=$report"
} >> "$GITHUB_OUTPUT"

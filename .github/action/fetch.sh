#!/usr/bin/env bash
# Brings a checkout of one commit what the command needs. It is a step of its own, because a token is
# in it: every process can read its parents' variables, and later steps run the repository's commands.
set -uo pipefail

scripts="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=.github/action/common.sh
. "$scripts/common.sh"

cd "${IN_FOLDER:-.}" || stop "the input working-directory names no folder"

arguments=(fetch)
case "${IN_COMMAND:-}" in
    check)
        [ -z "${IN_BASE:-}" ] || arguments+=("--rev=$IN_BASE")
        [ -z "${IN_HEAD:-}" ] || arguments+=("--rev=$IN_HEAD")
        ;;
    verify-revert) [ -z "${IN_HEAD:-}" ] || arguments+=("--rev=$IN_HEAD") ;;
    plan | revert | rehearse | status | drill) ;;
    *) exit 0 ;;
esac
if [ -n "${IN_CONFIG:-}" ]; then
    arguments=("--config=$IN_CONFIG" "${arguments[@]}")
fi
credential_for_git
unset IN_TOKEN
# What it cannot get, the command itself misses, and says so; the drill is told how it ended.
code=0
backout "${arguments[@]}" >&2 || code=$?
echo "exit-code=$code" >> "$GITHUB_OUTPUT"

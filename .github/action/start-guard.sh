#!/usr/bin/env bash
# Starts the guard's workflow on the branch of a pull request. One that was opened with GITHUB_TOKEN
# starts no workflow by itself, and a required check would wait for ever; a dispatch is the exception
# to that rule. What does not work is told with the way out: the pull request is there all the same.
set -uo pipefail

guard="$1"  # guard.yml
branch="$2" # the pull request's
api="${GITHUB_API_URL:-https://api.github.com}"

by_hand() { # why
    local text="${1//'%'/%25}"
    echo "::warning title=backout::the required check was not started: ${text//$'\n'/ }; start it by hand: Actions, the guard's workflow, Run workflow, on the pull request's branch"
    exit 0
}

[[ "$guard" =~ ^[A-Za-z0-9._-]+\.ya?ml$ ]] || by_hand "the input guard should be a workflow's file name, such as guard.yml"
# The token goes to GitHub over a connection that nobody else reads; tests listen on this machine.
[[ "$api" =~ ^(https://[A-Za-z0-9.-]+(:[0-9]+)?|http://(127\.0\.0\.1|localhost|\[::1\])(:[0-9]+)?)(/[A-Za-z0-9._/-]*)?$ ]] ||
    by_hand "GITHUB_API_URL should begin with https://"
# It becomes a part of a JSON text, and backout's own branches have no other letters.
[[ "$branch" =~ ^[A-Za-z0-9._/-]+$ ]] || by_hand "no branch of a pull request was reported"

# The token goes in by standard input: arguments can be read by every process of the machine.
if ! said="$(printf 'header = "Authorization: Bearer %s"\n' "${GITHUB_TOKEN:-}" |
    curl --config - --silent --show-error --fail-with-body --max-time 30 --request POST \
        --header 'Accept: application/vnd.github+json' \
        --data "{\"ref\":\"$branch\"}" \
        "$api/repos/$GITHUB_REPOSITORY/actions/workflows/$guard/dispatches" 2>&1)"; then
    by_hand "GitHub did not take it ($said); it takes the permission actions: write, and \`workflow_dispatch\` in $guard"
fi
echo "started $guard on $branch"

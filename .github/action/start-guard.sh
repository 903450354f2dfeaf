#!/usr/bin/env bash
# Starts the guard's workflow on the branch of a pull request. One that was opened with GITHUB_TOKEN
# starts no workflow by itself, and a required check would wait for ever; a dispatch is the exception
# to that rule. What does not work is told with the way out: the pull request is there all the same.
set -uo pipefail

guard="$1"  # guard.yml
number="$2" # the pull request's
api="${GITHUB_API_URL:-https://api.github.com}"

by_hand() { # why
    local text="${1//'%'/%25}"
    echo "::warning title=backout::the required check was not started: ${text//$'\n'/ }; start it by hand: Actions, the guard's workflow, Run workflow, on the pull request's branch"
    exit 0
}

[[ "$guard" =~ ^[A-Za-z0-9._-]+\.ya?ml$ ]] || by_hand "the input guard should be a workflow's file name, such as guard.yml"
[[ "$number" =~ ^[0-9]+$ ]] || by_hand "no pull request was reported"

listed="$(git ls-remote origin "refs/pull/$number/head" 'refs/heads/backout/*')" ||
    by_hand "the remote's branches could not be listed"
head="$(awk -v name="refs/pull/$number/head" '$2 == name { print $1 }' <<< "$listed")"
branch="$(awk -v head="$head" 'head != "" && $1 == head && $2 ~ /^refs\/heads\// { sub("refs/heads/", "", $2); print $2; exit }' <<< "$listed")"
[[ "$branch" =~ ^[A-Za-z0-9._/-]+$ ]] || by_hand "the branch of pull request $number was not found"

# The token goes in by standard input: arguments can be read by every process of the machine.
if ! said="$(printf 'header = "Authorization: Bearer %s"\n' "${GITHUB_TOKEN:-}" |
    curl --config - --silent --show-error --fail-with-body --max-time 30 --request POST \
        --header 'Accept: application/vnd.github+json' \
        --data "{\"ref\":\"$branch\"}" \
        "$api/repos/$GITHUB_REPOSITORY/actions/workflows/$guard/dispatches" 2>&1)"; then
    by_hand "GitHub did not take it ($said); it takes the permission actions: write, and \`workflow_dispatch\` in $guard"
fi
echo "started $guard on $branch"

# shellcheck shell=bash
# What the action's scripts share. To be sourced.

stop() { # message
    # The runner takes a line break or a percent sign apart.
    local text="${1//'%'/%25}"
    text="${text//$'\r'/ }"
    echo "::error title=backout::${text//$'\n'/ }"
    exit 2
}

# actions/checkout keeps the token for git, unless it was told not to; then git gets it from here. Two
# of these headers, and GitHub refuses both.
credential_for_git() {
    local server="${GITHUB_SERVER_URL:-https://github.com}" secret
    if [ -n "${IN_TOKEN:-}" ] && [[ "$server" == https://* ]] &&
        ! git config --get-regexp '^http\..*\.extraheader$' > /dev/null; then
        secret="$(printf 'x-access-token:%s' "$IN_TOKEN" | base64 | tr -d '\n')"
        echo "::add-mask::$secret"
        export GIT_CONFIG_COUNT=1
        export GIT_CONFIG_KEY_0="http.$server/.extraheader"
        export GIT_CONFIG_VALUE_0="AUTHORIZATION: basic $secret"
    fi
}

# The input variables, one NAME=value a line, become variables of what is run.
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

# A word that nobody can foresee.
unforeseen() {
    printf 'backout_%s' "$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
}

# Runs a command that may write anything: in the runner's log it is text, and no command to the runner.
as_text() { # command…
    local word code
    if [ "${GITHUB_ACTIONS:-}" != true ]; then
        "$@"
        return
    fi
    word="$(unforeseen)"
    echo "::stop-commands::$word"
    # One stream: what is written last stands last.
    "$@" 2>&1
    code=$?
    printf '\n::%s::\n' "$word"
    return "$code"
}

#!/usr/bin/env bash
# What every case begins with: a service with a migration of three stages, and the words in which
# cases are written. `run` starts it with the case, and has set SCENE, the case's own folder.
set -euo pipefail

# --- The clock -----------------------------------------------------------------------------------

# at WHEN: commits and tags to come are made then ('-2 hours'); commits a second apart.
at() {
    clock=$(date --date="$1" +%s)
    tick
}

tick() {
    clock=$((clock + 1))
    export GIT_AUTHOR_DATE="@$clock +0000" GIT_COMMITTER_DATE="@$clock +0000"
}

# moment WHEN: as receipts and configurations write it.
moment() {
    date --utc --date="$1" +%Y-%m-%dT%H:%M:%SZ
}

# day WHEN: the same without the time.
day() {
    date --utc --date="$1" +%Y-%m-%d
}

# today: its day, in UTC; at the very end of one it waits for the next.
today() {
    while [ "$(day now)" != "$(day '+1 minute')" ]; do
        sleep 1
    done
    day now
}

# --- Work ----------------------------------------------------------------------------------------

# edit PATH...: changes files, or makes them.
edit() {
    local path
    for path; do
        mkdir -p "$(dirname "$path")"
        edits=$((edits + 1))
        printf 'change = %s\n' "$edits" >> "$path"
    done
}

# commit SUBJECT [LINE...]: commits all that has changed; the lines are a paragraph of their own.
commit() {
    local subject=$1
    shift
    tick
    git add --all
    if [ $# -gt 0 ]; then
        git commit --quiet --allow-empty --message "$subject" --message "$(printf '%s\n' "$@")"
    else
        git commit --quiet --allow-empty --message "$subject"
    fi
}

# swap FILE OLD NEW: replaces a text that has to be there.
swap() {
    local text
    text=$(cat "$1" && echo .)
    case $text in
        *"$2"*) ;;
        *) broken "swap: $1 has no $2" ;;
    esac
    text=${text/"$2"/"$3"}
    printf '%s' "${text%.}" > "$1"
}

# rule BELOW LINE: a further line in backout.toml.
rule() {
    swap backout.toml "$1" "$1"$'\n'"$2"
}

# receipt NAME WHEN: the receipt of a backup that was captured then, in ten seconds.
receipt() {
    mkdir -p .backout/backups
    printf 'version = 1\nbackup = "%s"\nmigration = "orders"\n' "$1" > ".backout/backups/$1.toml"
    archive "$1" "$2"
}

# archive NAME WHEN: one more archive in the receipt.
archive() {
    cat >> ".backout/backups/$1.toml" << ARCHIVE

[[archives]]
format = "backout-archive/1"
source = "command"
captured_start = $(moment "$2 -10 seconds")
captured_end = $(moment "$2")
environment = "production"
place = "s3://ops-backups/orders/$1.backout"
entries = 12
payload_bytes = 3072
files = [
  { name = "$1.backout", sha256 = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881", size = 4096 },
]
ARCHIVE
}

# asks_for_rehearsals: other cases are not about that, and the rules leave it out.
asks_for_rehearsals() {
    swap backout.toml '"rehearsal/missing" = "allow"' '"rehearsal/missing" = {}'
}

# open: the rules land, and the hook is installed; from now on, time is five minutes ago.
open() {
    commit 'Rules for rolling back'
    land main orders-start
    git branch --quiet --set-upstream-to origin/main
    git remote set-head origin main
    backout install > /dev/null
    at '-5 minutes'
}

# land REF...: pushes past the hook, as things came to be the way they are.
land() {
    git push --quiet --no-verify origin "$@"
}

# merge BRANCH SUBJECT [LINE...]: a merge commit, as a button makes it.
merge() {
    local branch=$1 subject=$2
    shift 2
    tick
    git merge --quiet --no-ff --message "$subject" --message "$(printf '%s\n' "$@")" "$branch"
}

# --- CI ------------------------------------------------------------------------------------------

# ci_clone [OPTION...]: another clone of the remote, as a CI system makes it; the case goes on there.
ci_clone() {
    git clone --quiet "$@" "file://$SCENE/origin.git" "$SCENE/ci"
    cd "$SCENE/ci"
}

# push_event REF BEFORE AFTER: what GitHub says of a push; `-` stands for zeros.
push_event() {
    event push "{\"ref\": \"$1\", \"before\": \"$(oid "$2")\", \"after\": \"$(oid "$3")\"}"
}

# pull_request BASE HEAD [MEMBERS]: what GitHub says of a ready pull request onto main; the members
# are the repository's settings.
pull_request() {
    event pull_request "{\"action\": \"synchronize\", \"number\": 7, \"pull_request\": {
        \"draft\": ${DRAFT:-false}, \"title\": \"Readers\", \"body\": \"${BODY:-}\",
        \"base\": {\"ref\": \"${ONTO:-main}\", \"sha\": \"$(oid "$1")\", \"repo\": {${3:-}}},
        \"head\": {\"ref\": \"topic\", \"sha\": \"$(oid "$2")\"}},
        \"repository\": {\"default_branch\": \"main\"}}"
}

# merge_group BASE HEAD: what GitHub says of the merge queue onto main.
merge_group() {
    event merge_group "{\"action\": \"checks_requested\", \"merge_group\": {
        \"base_ref\": \"refs/heads/main\", \"base_sha\": \"$(oid "$1")\", \"head_sha\": \"$(oid "$2")\",
        \"head_ref\": \"refs/heads/gh-readonly-queue/main/pr-7\"},
        \"repository\": {\"default_branch\": \"main\"}}"
}

oid() {
    if [ "$1" = - ]; then
        printf '%040d' 0
    else
        git rev-parse "$1"
    fi
}

event() {
    printf '%s' "$2" > "$SCENE/event.json"
    GITHUB_SHA=$(git rev-parse HEAD)
    export GITHUB_ACTIONS=true GITHUB_EVENT_NAME="$1" GITHUB_EVENT_PATH="$SCENE/event.json" GITHUB_SHA
}

# --- The verdict ---------------------------------------------------------------------------------

# judge COMMAND...: the last line of a case, `git push …` or `backout check …`. What came of it
# lies in the case's folder: `exit`, backout's exit code; `report.json`; `passed`, yes or no; `said`.
judge() {
    local before after status=0
    judged=yes
    before=$(git -C "$SCENE/origin.git" for-each-ref)
    case $1 in
        git) "$@" > "$SCENE/said" 2>&1 || status=$? ;;
        backout)
            "$@" --output json="$SCENE/report.json" > "$SCENE/said" 2>&1 || status=$?
            echo "$status" > "$SCENE/exit"
            ;;
        *) broken "judge: $1 is neither git nor backout" ;;
    esac
    after=$(git -C "$SCENE/origin.git" for-each-ref)
    # A push that passes changes the remote; one that is stopped, and a check, does not.
    case $1:$((status > 0)):$([ "$before" = "$after" ] || echo changed) in
        git:0:changed | backout:0:) echo yes > "$SCENE/passed" ;;
        git:1: | backout:1:) echo no > "$SCENE/passed" ;;
        *) broken "judge: exit $status, and the remote's refs before: $before, after: $after" ;;
    esac
}

broken() {
    echo "$0: $1" >&2
    [ ! -e "$SCENE/said" ] || cat "$SCENE/said" >&2
    exit 70
}

# --- The scene -----------------------------------------------------------------------------------

edits=0
at '-2 days'
mkdir -p "$HOME"
cat > "$HOME/gitconfig" << 'SETTINGS'
[user]
	name = A Developer
	email = dev@example.com
[init]
	defaultBranch = main
[protocol "file"]
	allow = always
[advice]
	detachedHead = false
[gc]
	auto = 0
[maintenance]
	auto = false
[receive]
	denyDeleteCurrent = ignore
SETTINGS
git init --quiet --bare --template= "$SCENE/origin.git"
git init --quiet --template= "$SCENE/work"
cd "$SCENE/work"
git remote add origin "$SCENE/origin.git"

# The hook that was here first, and runs before backout's: it asks for the same verdict as data.
mkdir .git/hooks
cat > .git/hooks/pre-push << 'HOOK'
#!/bin/sh
backout pre-push "$@" --format json > "$SCENE/report.json" 2> "$SCENE/refused"
echo $? > "$SCENE/exit"
HOOK
chmod +x .git/hooks/pre-push

edit README.md src/app.py src/models/order.py src/sessions/store.py src/codec.py
mkdir -p docs src/readers
echo 'Readers are switched off by USE_NEW_ORDERS; sessions are restored.' > docs/rollback.md
echo 'new = os.environ["USE_NEW_ORDERS"] == "true"' > src/readers/order.py
echo 'USE_NEW_ORDERS=false' > .env.example
commit 'The service'
git tag --annotate --message 'The migration of the orders begins' orders-start
cat > backout.toml << 'RULES'
version = 1

[migration]
id = "orders"
name = "Orders in the new shape"
start = { tag = "orders-start" }
branch = "main"
scope = ["src/**"]
document = "docs/rollback.md"

[flags.USE_NEW_ORDERS]
on = "true"
off = "false"
defined_in = [".env.example"]
referenced_in = ["src/**/*.py"]

[backups.sessions]
source = { kind = "command", command = ["./ops/export-sessions"] }
store = "s3://ops-backups/orders"
max_age_at_deploy = "1h"

[[stages]]
id = "1"
name = "Models"
impact = "low"
paths = ["src/models/**"]
rollback = ["code"]

[[stages]]
id = "2"
name = "Readers"
impact = "medium"
paths = ["src/readers/**", "src/codec.py"]
rollback = ["flags", "code"]
flags = { USE_NEW_ORDERS = "off" }

[[stages]]
id = "3"
name = "Sessions"
impact = "critical"
paths = ["src/sessions/**", "src/codec.py"]
rollback = ["code", "data"]
backups = ["sessions"]

[requirements]
"rehearsal/missing" = "allow"
RULES

# shellcheck source=/dev/null
. "$1"
[ "${judged:-}" = yes ] || broken 'nothing was judged'
cat "$SCENE/said"
echo "exit: $(cat "$SCENE/exit"), passed: $(cat "$SCENE/passed"), in $SCENE"

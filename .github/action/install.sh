#!/usr/bin/env bash
# Puts a backout on the PATH: the one that is there, else the release for this platform, its checksum
# verified, else one built from this action's own source. Exit code 3: there is none.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
wanted="${BACKOUT_VERSION:-}"
wanted="${wanted#v}"
own="$(sed -n 's/^version = "\(.*\)"$/\1/p' "$here/Cargo.toml" 2> /dev/null | head -n 1 || true)"
releases="${BACKOUT_RELEASES:-https://github.com/backout-rs/backout/releases/download}"
work="${RUNNER_TEMP:-${TMPDIR:-/tmp}}/backout"

stop() { # message
    # The runner takes a line break or a percent sign apart.
    local text="${1//'%'/%25}"
    echo "::error title=backout::${text//$'\n'/ }"
    exit 3
}

# A version is a name in a URL and an argument: nothing else gets through.
if [ -n "$wanted" ] && ! [[ "$wanted" =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]]; then
    stop "the input version should be one such as 1.2.3"
fi

if command -v backout > /dev/null; then
    # One that does not run is none: it may be for another system.
    there="$(backout --version 2> /dev/null)" || there=""
    if [ -z "$there" ]; then
        echo "$(command -v backout) does not run; another one is taken" >&2
    elif [ -z "$wanted" ] || [ "$there" = "backout $wanted" ]; then
        echo "using $(command -v backout), $there"
        exit 0
    fi
fi

version="${wanted:-$own}"
[ -n "$version" ] || stop "this action's own version is not known: name one by the input version"

target() {
    case "$(uname -s)-$(uname -m)" in
        Linux-x86_64) echo x86_64-unknown-linux-gnu ;;
        Linux-aarch64 | Linux-arm64) echo aarch64-unknown-linux-gnu ;;
        Darwin-x86_64) echo x86_64-apple-darwin ;;
        Darwin-arm64) echo aarch64-apple-darwin ;;
        MINGW*-x86_64 | MSYS*-x86_64 | CYGWIN*-x86_64) echo x86_64-pc-windows-msvc ;;
    esac
}

sha256() { # file
    if command -v sha256sum > /dev/null; then
        sha256sum "$1"
    else
        shasum -a 256 "$1"
    fi | cut -d ' ' -f 1
}

download() { # file name
    # A release comes over https alone, redirects too; a folder of this machine serves tests.
    curl --proto '=https,file' --proto-redir '=https' --fail --silent --show-error --location --retry 3 --max-time 300 \
        --output "$1" "$releases/v$version/$1"
}

from_release() {
    local platform archive stated
    platform="$(target)"
    [ -n "$platform" ] || return 1
    archive="backout-$version-$platform.tar.gz"
    download SHA256SUMS || return 1
    stated="$(awk -v name="$archive" '$2 == name || $2 == "*" name { print $1 }' SHA256SUMS)"
    [ -n "$stated" ] || return 1
    download "$archive" || return 1
    # Not one that is as good as any other: whoever put this archive there did not make the release.
    if [ "$(sha256 "$archive")" != "$stated" ]; then
        stop "$archive is not the file that SHA256SUMS of release v$version tells of; nothing of it was run"
    fi
    tar -xzf "$archive" -C bin
}

from_source() {
    command -v cargo > /dev/null || return 1
    if [ "$version" = "$own" ]; then
        cargo install --locked --quiet --root "$work" --path "$here"
    else
        cargo install --locked --quiet --root "$work" --version "=$version" backout
    fi
}

mkdir -p "$work/bin"
# From here on by plain names: tar takes a drive's letter for a host, and sha256sum marks a backslash.
cd "$work"
if from_release; then
    how="from the release"
elif from_source; then
    how="built from source"
else
    why="no cargo to build one"
    if command -v cargo > /dev/null; then
        why="building one with cargo failed, as told above"
    fi
    stop "no backout $version for this platform: there is no release for it, and $why; install Rust in a step before, or put backout on the PATH"
fi
echo "$work/bin" >> "$GITHUB_PATH"
echo "installed $("$work/bin/backout" --version), $how"

//! What the tests of the workflows share: how they are started, and a stand-in for `gh`.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::remote::Remote;
use crate::readme::yaml;
use crate::support::write_program;

/// The README's workflow that guards pull requests.
pub(super) fn guard() -> String {
    yaml(".github/workflows/guard.yml")
}

pub(super) fn dispatch() -> (&'static str, Value) {
    let event =
        json!({"ref": "refs/heads/main", "inputs": {}, "repository": {"default_branch": "main"}});
    ("workflow_dispatch", event)
}

/// A program of this text, in a folder for the PATH.
pub(super) fn tool(remote: &Remote, name: &str, text: &str) -> PathBuf {
    let folder = remote.scene.repo.root().join("tools");
    write_program(&folder.join(name), text);
    folder
}

pub(super) fn branch(name: &str) -> (&'static str, Value) {
    let (event, mut dispatched) = dispatch();
    dispatched["ref"] = format!("refs/heads/{name}").into();
    (event, dispatched)
}

pub(super) const GH: &str = r#"#!/bin/sh
for word; do printf '%s\036' "$word" >> "$GH_LOG"; done
printf '\035' >> "$GH_LOG"
for word; do case $word in body=@*) cp "${word#body=@}" "$GH_LOG.body";; esac; done
case "$*" in
    *startswith*) printf '%s' "${GH_ISSUE-}";;
    *) echo https://github.com/acme/service/issues/5;;
esac
"#;

/// The calls of the stand-in for `gh`, argument by argument.
pub(super) fn gh(remote: &Remote) -> Vec<Vec<String>> {
    let log = fs::read_to_string(remote.scene.repo.root().join("gh")).unwrap_or_default();
    let calls = log.split_terminator('\u{1d}');
    calls.map(|call| call.split_terminator('\u{1e}').map(str::to_owned).collect()).collect()
}

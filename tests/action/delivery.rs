//! The workflow before a deployment: a backup, the last check, the receipt.

use std::fs;

use serde_json::{Value, json};

use super::callers::{branch, dispatch};
use super::remote::{Remote, remote};
use crate::support::act::Done;

const GATE: &str = r#"on:
  push:
  workflow_dispatch:
    inputs:
      finding: {description: Break the glass, type: string}
      reason: {description: Why, type: string}
      approver: {description: Who answers for it, type: string}
permissions: {}
jobs:
  gate:
    permissions:
      contents: write
    uses: backout-rs/backout/.github/workflows/deploy-gate.yml@v0.1.0
    with:
      environment: production
      override-finding: ${{ inputs.finding }}
      override-reason: ${{ inputs.reason }}
      override-approver: ${{ inputs.approver }}
    secrets: inherit
"#;

/// In place of the two actions that keep artifacts: a folder on this machine.
const UPLOAD: &str = r#"name: upload
description: A stand-in
inputs:
  path: {required: true, description: What}
  name: {description: Its name}
  include-hidden-files: {description: Whether}
  if-no-files-found: {description: What then}
runs:
  using: composite
  steps:
    - shell: bash
      env:
        FILES: ${{ inputs.path }}
      run: mkdir -p "$ARTIFACT" && cp -R -- "$FILES/." "$ARTIFACT/"
"#;
const DOWNLOAD: &str = r#"name: download
description: A stand-in
inputs:
  path: {required: true, description: Where}
  name: {description: Its name}
runs:
  using: composite
  steps:
    - shell: bash
      env:
        FOLDER: ${{ inputs.path }}
      run: mkdir -p "$FOLDER" && cp -R -- "$ARTIFACT/." "$FOLDER/"
"#;

/// A delivery of what has landed. The store is a folder beside the checkout.
fn deliver(remote: &Remote, event: (&'static str, Value)) -> Done {
    let root = remote.scene.repo.root();
    for (name, text) in [("upload", UPLOAD), ("download", DOWNLOAD)] {
        fs::create_dir_all(root.join(name)).unwrap();
        fs::write(root.join(name).join("action.yml"), text).unwrap();
    }
    let job = remote.job(GATE, event);
    job.local("actions/upload-artifact", &root.join("upload"))
        .local("actions/download-artifact", &root.join("download"))
        .set("ARTIFACT", &root.join("artifact").display().to_string())
        .run()
}

fn delivered(ready: bool) -> Remote {
    let store = tempfile::Builder::new().prefix("backout-store-").tempdir().unwrap().keep();
    let remote = remote(|scene| {
        let rehearsal = "\"rehearsal/missing\" = \"allow\"";
        let rule = if ready { "\"backup/unrehearsed\" = \"allow\"" } else { "" };
        let rules = if ready { format!("{rehearsal}\n{rule}") } else { String::new() };
        let configuration = crate::support::CONFIGURATION
            .replace("s3://ops/backups", &store.display().to_string())
            .replace(rehearsal, &rules);
        let files = [("backout.toml", configuration.as_str()), ("state.json", "{}\n")];
        scene.repo.commit_files(&files, "A store");
        scene.share(&["origin", "HEAD:main"]);
        scene.repo.git(&["branch", "--force", "main"]).ok();
        scene.unready()
    });
    remote.scene.share(&["origin", "topic:main"]);
    remote.scene.repo.git(&["switch", "--quiet", "main"]).ok();
    remote.scene.repo.git(&["merge", "--quiet", "--ff-only", "topic"]).ok();
    remote
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn the_gate_opens_for_what_can_go_back_and_keeps_the_receipt() {
    let remote = delivered(true);
    let done = deliver(&remote, dispatch()).succeeded();
    assert_eq!(done.output("verdict"), Some("ready"), "{}", done.log());
    let receipt = remote.scene.repo.root().join("artifact/.backout/backups/context.toml");
    assert!(fs::read_to_string(receipt).unwrap().contains("backup = \"context\""));
    let log =
        remote.scene.repo.git_in(&remote.scene.origin, &["show", "--name-only", "main"]).ok().out();
    assert!(log.contains("Record the backups of a deployment"), "{log}");
    assert!(log.contains(".backout/backups/context.toml"), "{log}");
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn the_gate_stays_shut_until_the_glass_is_broken() {
    let remote = delivered(false);
    let done = deliver(&remote, dispatch()).failed();
    assert_eq!(done.output("verdict"), Some("not-ready"), "{}", done.log());
    // The backup was taken all the same, and its receipt is not lost.
    assert!(remote.scene.repo.root().join("artifact/.backout/backups/context.toml").exists());
    let codes: Vec<Value> = serde_json::from_str(done.output("findings").unwrap()).unwrap();
    let denied = codes.iter().find(|finding| finding["level"] == "deny").unwrap();
    let (name, mut event) = dispatch();
    event["inputs"] =
        json!({"finding": denied["code"], "reason": "production is down", "approver": "@ada"});
    let done = deliver(&remote, (name, event)).succeeded();
    assert!(done.summary().contains("production is down"), "{}", done.summary());
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn the_gate_judges_all_of_a_release_beside_the_landing_branch() {
    let remote = delivered(false);
    remote.scene.repo.git(&["switch", "--quiet", "--create", "release"]).ok();
    remote.scene.ordinary();
    remote.scene.share(&["origin", "release"]);
    let done = deliver(&remote, branch("release")).failed();
    assert_eq!(done.output("verdict"), Some("not-ready"), "{}", done.log());
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn the_gate_opens_for_a_migration_without_backups() {
    let remote = remote(|scene| {
        let text = crate::support::CONFIGURATION.replace("backups = [\"context\"]\n", "");
        let (from, to) = (text.find("[backups.").unwrap(), text.find("[[stages]]").unwrap());
        let without = text[..from].to_owned() + &text[to..];
        scene.repo.commit_files(&[("backout.toml", &without)], "No backups")
    });
    remote.scene.share(&["origin", "topic:main"]);
    let done = deliver(&remote, dispatch()).succeeded();
    assert_eq!(done.output("verdict"), Some("ready"), "{}", done.log());
    assert!(!remote.scene.repo.root().join("artifact").exists());
}

//! Whether what runs the repository's own commands can find the Action's token around it.
#![cfg(target_os = "linux")]

use std::fs;

use super::callers::{dispatch, tool};
use super::remote::unready;

/// Stands in for backout: writes down its variables and those of the shells around it.
const LISTENER: &str = r#"#!/bin/sh
[ "$1" != --version ] || { echo backout 0; exit; }
[ "$1" != fetch ] || exit 0
at=$$
for step in 1 2 3 4; do
  cat "/proc/$at/environ" >> "$HEARD"; at=$(awk '/^PPid/ { print $2 }' "/proc/$at/status")
case "$(cat /proc/$at/comm)" in bash|sh|backout) ;; *) break;; esac
done
"#;

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn what_runs_the_repositorys_commands_finds_no_token_around_it() {
    let remote = unready();
    let tools = tool(&remote, "backout", LISTENER);
    let heard = remote.scene.repo.root().join("heard");
    let with = |command: &str| {
        let _ = fs::remove_file(&heard);
        let workflow = format!(
            r#"on: workflow_dispatch
jobs:
  all:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - run: rm -f "$HEARD"
      - uses: backout-rs/backout@v1
        with:
          command: {command}
"#
        );
        let job = remote.job(&workflow, dispatch()).tools(&tools).token("s3cret-of-the-job");
        job.set("HEARD", &heard.display().to_string()).run().succeeded();
        let all = fs::read_to_string(&heard).unwrap();
        // act tells every step all inputs of its action; GitHub's runner does not.
        let said = all.split('\0').filter(|one| !one.starts_with("INPUT_"));
        said.map(|one| format!("{one}\n")).collect::<String>()
    };
    // The one that is allowed to is heard, or nothing would be.
    assert!(with("check").contains("s3cret-of-the-job"));
    for command in ["rehearse", "status", "plan", "backup create", "backup verify"] {
        let all = with(command);
        assert!(
            all.contains("IN_COMMAND") && !all.contains("s3cret-of-the-job"),
            "{command}: {all}"
        );
    }
}

/// The same, each command for itself.
const LISTENERS: &str = r#"#!/bin/sh
[ "$1" != --version ] || { echo backout 0; exit; }
[ "$1" != fetch ] || exit 0
at=$$
for step in 1 2 3 4; do
  cat "/proc/$at/environ" >> "$HEARD-$1"; at=$(awk '/^PPid/ { print $2 }' "/proc/$at/status")
case "$(cat /proc/$at/comm)" in bash|sh|backout) ;; *) break;; esac
done
"#;

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn a_drills_rehearsal_finds_nothing_around_it_that_opens_the_stores() {
    let remote = unready();
    let tools = tool(&remote, "backout", LISTENERS);
    let heard = remote.scene.repo.root().join("heard");
    let workflow = r"on: workflow_dispatch
jobs:
  all:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - uses: backout-rs/backout@v1
        with:
          command: drill
          online: true
          variables: STORE_KEY=k3y-of-the-store
";
    let job = remote.job(workflow, dispatch()).tools(&tools);
    job.set("HEARD", &heard.display().to_string()).run();
    let told = |command: &str| {
        let all = fs::read_to_string(format!("{}-{command}", heard.display())).unwrap();
        // act tells every step all inputs of its action; GitHub's runner does not.
        let said = all.split('\0').filter(|one| !one.starts_with("INPUT_"));
        said.map(|one| format!("{one}\n")).collect::<String>()
    };
    // The one that reads the stores is told.
    assert!(told("backup").contains("k3y-of-the-store"));
    for command in ["rehearse", "status"] {
        let all = told(command);
        assert!(
            all.contains("IN_COMMAND") && !all.contains("k3y-of-the-store"),
            "{command}: {all}"
        );
    }
}

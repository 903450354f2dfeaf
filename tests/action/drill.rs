//! The nightly drill, and the one issue that it keeps.

use std::fs;

use super::callers::{GH, dispatch, gh, tool};
use super::remote::{Remote, remote, unready};
use crate::support::act::Done;

const DRILL: &str = r#"on: [schedule, workflow_dispatch]
permissions: {}
jobs:
  drill:
    permissions:
      contents: read
      issues: write
    uses: backout-rs/backout/.github/workflows/drill.yml@v0.1.0
"#;

fn drill(remote: &Remote, issue: &str) -> Done {
    let tools = tool(remote, "gh", GH);
    let log = remote.scene.repo.root().join("gh");
    let _ = fs::remove_file(&log);
    let job = remote.job(DRILL, dispatch()).tools(&tools).set("GH_ISSUE", issue);
    job.set("GH_LOG", &log.display().to_string()).run()
}

/// What the stand-in for `gh` was asked: paths and methods.
fn asked(remote: &Remote) -> Vec<String> {
    let method = |call: &Vec<String>| {
        let at = call.iter().position(|word| word == "--method").unwrap();
        format!("{} {}", call[at + 1], call[1].split('?').next().unwrap())
    };
    gh(remote).iter().map(method).collect()
}

const ISSUES: &str = "repos/acme/service/issues";

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn a_drill_that_goes_well_closes_what_was_open() {
    let remote = remote(|scene| {
        scene.repo.commit_files(&[("src/core/four.py", "four = 2\n")], "Work\n\nMigration-Stage: 4")
    });
    remote.scene.share(&["origin", "topic:main"]);
    let done = drill(&remote, "").succeeded();
    assert_eq!(asked(&remote), [format!("GET {ISSUES}")], "{}", done.log());
    assert!(done.log().contains("stage 4"), "{}", done.log());
    drill(&remote, "5").succeeded();
    let expected =
        [format!("GET {ISSUES}"), format!("POST {ISSUES}/5/comments"), format!("PATCH {ISSUES}/5")];
    assert_eq!(asked(&remote), expected);
    assert!(gh(&remote)[2].contains(&"state=closed".to_owned()));
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn a_way_back_that_has_closed_is_one_issue_opened_then_updated() {
    let remote = unready();
    remote.scene.share(&["origin", "topic:main"]);
    let done = drill(&remote, "").failed();
    assert_eq!(
        asked(&remote),
        [format!("GET {ISSUES}"), format!("POST {ISSUES}")],
        "{}",
        done.log()
    );
    let body = fs::read_to_string(remote.scene.repo.root().join("gh.body")).unwrap();
    assert!(body.starts_with("<!-- backout-drill -->\n"), "{body}");
    assert!(body.contains("not open"), "{body}");
    drill(&remote, "5").failed();
    assert_eq!(asked(&remote), [format!("GET {ISSUES}"), format!("PATCH {ISSUES}/5")]);
}

//! The guard as a reusable workflow and as a step, called as the README says, by act.

use serde_json::json;

use super::callers::{branch, guard};
use super::remote::unready;
use crate::readme::yaml;

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn the_guard_judges_a_pull_request() {
    let remote = unready();
    let done = remote.job(&guard(), remote.pull_request()).run().failed();
    assert_eq!(done.output("verdict"), Some("not-ready"), "{}", done.log());
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn the_guard_is_a_step_too() {
    let remote = unready();
    let step =
        yaml("a step of a job").lines().map(|line| format!("      {line}\n")).collect::<String>();
    let workflow =
        format!("on: pull_request\njobs:\n  all:\n    runs-on: ubuntu-latest\n    steps:\n{step}");
    let done = remote.job(&workflow, remote.pull_request()).run().failed();
    assert_eq!(done.output("verdict"), Some("not-ready"), "{}", done.log());
    assert_eq!(done.output("sarif"), Some("backout.sarif"));
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn the_guard_judges_a_retargeted_pull_request_by_the_new_target() {
    let remote = unready();
    remote.scene.repo.git(&["branch", "unguarded", "main"]).ok();
    remote.scene.share(&["origin", "unguarded"]);
    let (name, mut event) = remote.pull_request();
    event["pull_request"]["base"]["ref"] = "unguarded".into();
    let before = remote.job(&guard(), (name, event.clone())).run().succeeded();
    assert!(before.summary().contains("(share)"), "{}", before.summary());
    event["action"] = "edited".into();
    event["changes"] = json!({"base": {"ref": {"from": "unguarded"}}});
    event["pull_request"]["base"]["ref"] = "main".into();
    let after = remote.job(&guard(), (name, event)).run().failed();
    assert_eq!(after.output("verdict"), Some("not-ready"));
    assert!(guard().contains("synchronize, edited,"));
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn the_guard_started_on_a_branch_judges_what_would_land() {
    let remote = unready();
    let done = remote.job(&guard(), branch("topic")).run().failed();
    assert_eq!(done.output("verdict"), Some("not-ready"), "{}", done.log());
    // A planned back-out of what has landed is never in its own way.
    remote.scene.share(&["origin", "topic:main"]);
    let repo = &remote.scene.repo;
    repo.git(&["fetch", "--quiet", "origin"]).ok();
    repo.backout(["revert", "--stage", "9", "--branch", "away", "--reason", "x", "--confirm"])
        .run();
    assert!(repo.git(&["rev-parse", "--verify", "away"]).exit == 0);
    remote.scene.share(&["origin", "away"]);
    let done = remote.job(&guard(), branch("away")).run().succeeded();
    assert_eq!(done.output("verdict"), Some("ready"), "{}", done.log());
}

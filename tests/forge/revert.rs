//! `revert --pr` from beginning to end.

use super::scene::{Migration, WHY};
use crate::support::fake_github::PullState;

#[test]
fn a_stage_becomes_a_pull_request() {
    let forge = Migration::landed();
    let run = forge.revert(&["--stage", "4"]).ok();
    insta::assert_snapshot!(run.snapshot());
    let world = forge.fake.world();
    let issue = world.the_open_pull();
    insta::assert_snapshot!(issue.title, @"Back out stage 4: State manager integration");
    insta::assert_snapshot!("the_body", run.filter().apply(&issue.body));
    assert_eq!(issue.labels, ["stage:4", "impact:medium"]);
    let pull = issue.pull.as_ref().unwrap();
    assert_eq!((pull.head.as_str(), pull.base.as_str()), ("backout/entities/stage-4", "main"));
    assert_eq!((pull.draft, pull.state), (false, PullState::Open));
    drop(world);
    let planned = forge.plan(&["--stage", "4"]);
    assert_eq!(forge.tree("backout/entities/stage-4"), planned["tree"]);
    assert_eq!(forge.git(&["rev-parse", "backout/entities/stage-4^"]).trim(), planned["onto"]);
    let message = forge.git(&["log", "-1", "--format=%B", "backout/entities/stage-4"]);
    assert!(message.contains(WHY) && message.contains("\nBackout-Stage: 4\n"), "{message}");
    // Nothing was made here.
    assert_eq!(forge.repo.git(&["branch", "--list"]).ok().out(), "* main\n");
}

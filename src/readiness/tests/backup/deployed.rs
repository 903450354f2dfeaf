//! Where a tag says when a stage took effect.

use insta::assert_snapshot;

use super::{FRESH, backed_out, captured, deployed, landed};
use crate::config::Phase;
use crate::readiness::snapshot::{Build, Tag, Unknown};
use crate::readiness::tests::fake::{annotated, at, id};

#[test]
fn a_deployed_tag_says_when_the_stage_took_effect() {
    let live = deployed(Some(at("2026-11-20T12:00:00Z")));
    let between = captured(live, &["2026-11-20T11:30:00Z"]);
    assert_eq!(between.ask("backup").outcomes(), "9 satisfied");
    let late = captured(between, &["2026-11-20T12:00:01Z"]);
    assert_eq!(late.ask("backup").codes(), "backup/after-the-fact deny");
}

#[test]
fn landed_and_not_deployed_has_not_taken_effect() {
    let case = captured(deployed(None), &[FRESH]).phase(Phase::Deploy);
    assert_eq!(case.ask("backup").outcomes(), "9 satisfied");
}

#[test]
fn a_deployment_of_what_was_there_before_the_stage_is_none_of_it() {
    // The stage landed on 2026-11-10 at 12:00.
    let of = |set: &str| {
        let live = deployed(Some(at(set)));
        let without = live.facts(|facts| facts.builds = [(id(9), Ok(Build::Without))].into());
        captured(without, &[FRESH]).phase(Phase::Deploy).ask("backup").outcomes()
    };
    assert_eq!(of("2026-11-10T11:59:59Z"), "9 satisfied");
    assert_eq!(of("2026-11-10T12:00:00Z"), "9 satisfied");
    assert_eq!(of("2026-11-10T12:00:01Z"), "9 indeterminate", "an older build, set again since?");
}

#[test]
fn a_deployed_tag_that_may_exist_elsewhere_is_not_known() {
    let case = captured(deployed(None), &[FRESH]);
    let shallow = case.facts(|facts| facts.tags_left_out = Some("which is shallow"));
    assert_snapshot!(shallow.ask("backup").lines(), @"backup/missing? deny 9: when stage 9 took effect: could not check: the tag `live` is not in this clone, which is shallow: it may be set elsewhere / fetch all of it: `git fetch --unshallow --tags` (with actions/checkout: `fetch-depth: 0`)");
    assert_eq!(shallow.ask("backup").outcomes(), "9 indeterminate");
}

#[test]
fn a_deployed_tag_without_a_time_is_not_known() {
    let tag = Tag { time: None, ..annotated(id(9)) };
    let case = captured(deployed(None), &[FRESH]).tag("live", Ok(Some(tag)));
    assert_eq!(case.ask("backup").outcomes(), "9 indeterminate");
}

#[test]
fn a_lightweight_deployed_tag_does_not_say_when_it_was_set() {
    let tag = Tag { annotated: false, ..annotated(id(9)) };
    let case = captured(deployed(None), &[FRESH]).tag("live", Ok(Some(tag)));
    assert_snapshot!(case.ask("backup").lines(), @"backup/missing? deny 9: when stage 9 took effect: could not check: the tag `live` is lightweight, and does not say when it was set / let the pipeline set an annotated one; for a deployment that is over: `GIT_COMMITTER_DATE=<when> git tag -a -f live <commit>`");
}

#[test]
fn a_deployed_tag_of_an_earlier_life_does_not_count() {
    for set in ["2026-11-11T12:00:00Z", "2026-11-12T00:00:00Z"] {
        let live = deployed(Some(at(set)));
        let again = captured(live.history("9", Ok(backed_out(&[]))), &[FRESH]);
        assert_eq!(again.ask("backup").outcomes(), "9 satisfied", "{set}");
    }
    // One that was set since does.
    let live = deployed(Some(at("2026-11-13T00:00:00Z")));
    let again = captured(live.history("9", Ok(backed_out(&[]))), &[FRESH]);
    assert_eq!(again.ask("backup").codes(), "backup/after-the-fact deny");
}

#[test]
fn a_deployment_of_what_has_nothing_of_the_stage_is_none_of_it() {
    let before = |set: &str, known| {
        let case = captured(deployed(Some(at(set))), &[FRESH]).phase(Phase::Deploy);
        case.facts(|facts| drop(facts.builds.insert(id(9), known)))
    };
    let earlier = "2026-11-09T12:00:00Z";
    assert_eq!(
        before(earlier, Ok(Build::OfStage)).ask("backup").codes(),
        "backup/after-the-fact deny"
    );
    assert_eq!(before(earlier, Ok(Build::Without)).ask("backup").outcomes(), "9 satisfied");
    let unknown = Unknown { reason: "it is shallow".to_owned(), help: "fetch".to_owned() };
    assert_eq!(before(earlier, Err(unknown)).ask("backup").outcomes(), "9 indeterminate");
    // Once the stage had landed, it may have been live, and an older build deployed again.
    let again = before("2026-11-20T12:00:00Z", Ok(Build::Without));
    assert_snapshot!(again.ask("backup").lines(), @r#"backup/missing? deny 9: when stage 9 took effect: could not check: the tag `live` was set at 2026-11-20T12:00:00Z on a commit that has nothing of stage 9, after the stage had landed: it may have been live before that / give the stage a tag of its own, which is set when it goes live (`deployed = { tag = "stage-9-live" }`); or set this one on what is deployed now"#);
    let open = again.history("9", Ok(landed(&[])));
    assert_eq!(open.ask("backup").outcomes(), "9 satisfied");
}

#[test]
fn a_deployment_of_what_may_be_a_copy_of_the_stage_is_not_known() {
    let case = captured(deployed(Some(at("2026-11-20T12:00:00Z"))), &[FRESH]);
    let case = case.facts(|facts| drop(facts.builds.insert(id(9), Ok(Build::Beside))));
    assert_snapshot!(case.ask("backup").lines(), @r#"backup/missing? deny 9: when stage 9 took effect: could not check: the tag `live` is set on 090909090909, which does not have the commit that stage 9 landed with, and has changes of its own on its files: whether they are the stage is not known / set the tag on a commit that has what landed: deploy from there, or merge it into the release branch; or give the stage a tag of its own, which is set so when it goes live (`deployed = { tag = "stage-9-live" }`)"#);
}

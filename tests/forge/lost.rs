//! Answers that are lost: what was asked may have been done, or not. It is looked at, and told as it
//! is.

use super::scene::Migration;
use crate::support::fake_github::{At, Fault, PullState};

const STAGE_4: [&str; 4] = ["--stage", "4", "--format", "json"];

/// What the run says has become of the pull request.
fn state(forge: &Migration, more: &[&str]) -> String {
    let run = forge.revert(&[&STAGE_4[..], more].concat()).ok();
    let told: serde_json::Value = serde_json::from_str(&run.out()).unwrap();
    told["state"].as_str().unwrap().to_owned()
}

/// The place of a call among those that a run makes, tried on a copy.
fn place_of(scene: &Migration, asks: &[&str], method_and_end: (&str, &str)) -> At {
    let trial = scene.copy();
    trial.fake.take_calls();
    trial.revert(asks).ok();
    let calls = trial.fake.take_calls();
    let (method, end) = method_and_end;
    let is_it = |call: &String| call.starts_with(method) && call.ends_with(end);
    At::Nth(calls.iter().position(is_it).unwrap_or_else(|| panic!("{calls:?}")) + 1)
}

/// A pull request of an earlier plan, which lacks a label and an assignee besides.
fn outdated() -> Migration {
    let scene = Migration::to_copy();
    scene.run(&[]).ok();
    scene.move_on();
    let mut world = scene.fake.world();
    let issue = world.issues.get_mut(&1).unwrap();
    issue.labels.pop();
    issue.assignees.pop();
    drop(world);
    scene
}

#[test]
fn what_may_be_done_twice_is_asked_again_where_the_answer_was_lost_and_there_alone() {
    let scene = outdated();
    let asks = ["--stage", "4", "--assignee", "dev"];
    for call in [("PATCH", "/pulls/1"), ("POST", "/labels"), ("POST", "/assignees")] {
        let at = place_of(&scene, &asks, call);
        for (fault, exit) in [(Fault::server(), 0), (Fault::permission(), 5)] {
            let forge = scene.copy();
            forge.fake.inject(fault.at(at.clone()));
            let run = forge.revert(&asks).exits(exit);
            let calls = forge.fake.take_calls();
            let asked = |one: &&String| one.starts_with(call.0) && one.ends_with(call.1);
            let times = calls.iter().filter(asked).count();
            assert_eq!(times, if exit == 0 { 2 } else { 1 }, "{call:?}: {}", run.snapshot());
        }
    }
}

/// Whether the fault hits before what was asked is done, or after.
fn lost(call: At, done: bool) -> Fault {
    let fault = Fault::server().at(call);
    if done { fault.after() } else { fault }
}

#[test]
fn a_branch_that_was_made_all_the_same_is_gone_on_with() {
    for done in [true, false] {
        let forge = Migration::landed();
        forge.fake.inject(lost(At::Call("POST", "/git/refs"), done));
        if done {
            assert_eq!(state(&forge, &[]), "created");
        } else {
            forge.revert(&STAGE_4).exits(5);
            assert_eq!(forge.fake.world().pulls().len(), 0);
        }
    }
}

#[test]
fn a_pull_request_that_was_opened_all_the_same_is_gone_on_with() {
    for done in [true, false] {
        let forge = Migration::landed();
        // One of an earlier life was merged.
        state(&forge, &[]);
        forge.fake.world().pull_mut(1).state = PullState::Merged;
        forge.fake.inject(lost(At::Call("POST", "/pulls"), done));
        if done {
            let told = forge.revert(&STAGE_4).ok();
            let told: serde_json::Value = serde_json::from_str(&told.out()).unwrap();
            assert_eq!((&told["state"], &told["number"]), (&"created".into(), &2.into()));
        } else {
            forge.revert(&STAGE_4).exits(5);
            assert_eq!(forge.fake.world().pulls().len(), 1);
        }
    }
}

#[test]
fn a_pull_request_that_was_opened_again_all_the_same_is_gone_on_with() {
    for done in [true, false] {
        let forge = Migration::landed();
        state(&forge, &[]);
        forge.fake.world().pull_mut(1).state = PullState::Closed;
        forge.fake.inject(lost(At::Call("PATCH", "/pulls/1"), done));
        if done {
            assert_eq!(state(&forge, &["--reopen"]), "updated");
        } else {
            let run = forge.revert(&[&STAGE_4[..], &["--reopen"]].concat()).exits(5);
            assert!(run.err().contains("500"), "{}", run.err());
        }
        let world = forge.fake.world();
        let expected = if done { PullState::Open } else { PullState::Closed };
        assert_eq!(
            (world.pulls().len(), world.issues[&1].pull.as_ref().unwrap().state),
            (1, expected)
        );
    }
}

#[test]
fn a_label_that_somebody_took_away_is_set_again_and_told() {
    let forge = Migration::landed();
    assert_eq!(state(&forge, &["--assignee", "dev"]), "created");
    for (labels, assignees) in [(1, 0), (0, 1), (2, 1)] {
        {
            let mut world = forge.fake.world();
            let issue = world.issues.get_mut(&1).unwrap();
            issue.labels.truncate(issue.labels.len() - labels);
            issue.assignees.truncate(issue.assignees.len() - assignees);
        }
        assert_eq!(state(&forge, &["--assignee", "dev"]), "updated");
        assert_eq!(state(&forge, &["--assignee", "dev"]), "unchanged");
    }
}

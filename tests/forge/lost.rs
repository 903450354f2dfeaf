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

//! The generic variables, and who wins.

use super::support::{A, B, Pairs, detect_with, fixture, oid};
use crate::ci::{Event, EventError, Provider, Rev, Subject, phase};
use crate::config::Phase;

fn read(pairs: Pairs<'_>) -> Result<Option<Event>, EventError> {
    detect_with(pairs, fixture!("pull_request"))
}

#[test]
fn outside_of_ci_there_is_no_event() {
    assert_eq!(read(&[]).unwrap(), None);
    assert_eq!(read(&[("CI", "true"), ("GITHUB_ACTIONS", ""), ("GITLAB_CI", "1")]).unwrap(), None);
    assert_eq!(read(&[("TF_BUILD", ""), ("BITBUCKET_BUILD_NUMBER", "")]).unwrap(), None);
}

#[test]
fn a_base_alone_goes_to_head() {
    let event = read(&[("BACKOUT_BASE", "origin/main")]).unwrap().unwrap();
    let (base, head) = (Rev::Name("origin/main".into()), Rev::Name("HEAD".into()));
    assert_eq!(event.subject, Subject::Range { base, head, merge_base: true });
    assert_eq!(event.provider, Provider::Variables);
    // A range given by hand lands.
    assert_eq!(phase(&event, "main"), Phase::Land);
}

#[test]
fn the_target_decides_between_share_and_land() {
    let with = |target| {
        let pairs = [("BACKOUT_BASE", A), ("BACKOUT_HEAD", B), ("BACKOUT_TARGET", target)];
        phase(&read(&pairs).unwrap().unwrap(), "main")
    };
    assert_eq!(with("main"), Phase::Land);
    assert_eq!(with("refs/heads/main"), Phase::Land);
    assert_eq!(with("topic"), Phase::Share);
}

#[test]
fn the_phase_variable_holds_for_every_system() {
    let github = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_EVENT_NAME", "pull_request"),
        ("GITHUB_EVENT_PATH", "/event.json"),
        ("BACKOUT_PHASE", "deploy"),
    ];
    assert_eq!(phase(&read(&github).unwrap().unwrap(), "main"), Phase::Deploy);
    let queue = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_EVENT_NAME", "merge_group"),
        ("GITHUB_EVENT_PATH", "/event.json"),
        ("BACKOUT_PHASE", "share"),
    ];
    let event = detect_with(&queue, fixture!("merge_group")).unwrap().unwrap();
    assert_eq!(phase(&event, "main"), Phase::Share);
    assert_eq!(read(&[("BACKOUT_PHASE", "deploy")]).unwrap(), None);
}

#[test]
fn variables_set_on_purpose_win_over_the_system() {
    let pairs = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_EVENT_NAME", "workflow_run"),
        ("BACKOUT_BASE", A),
        ("BACKOUT_HEAD", B),
    ];
    let event = read(&pairs).unwrap().unwrap();
    assert_eq!(event.subject, Subject::Range { base: oid(A), head: oid(B), merge_base: true });
}

#[test]
fn half_a_setting_or_a_wrong_one_is_an_error() {
    let zeros = "0".repeat(40);
    let cases: &[(Pairs<'_>, &str)] = &[
        (&[("BACKOUT_HEAD", B)], "BACKOUT_BASE"),
        (&[("BACKOUT_TARGET", "main")], "BACKOUT_BASE"),
        (&[("BACKOUT_PHASE", "Deploy")], "BACKOUT_PHASE"),
        (&[("BACKOUT_BASE", &zeros)], "BACKOUT_BASE"),
        (&[("BACKOUT_BASE", "a..b")], "BACKOUT_BASE"),
        (&[("BACKOUT_BASE", A), ("BACKOUT_HEAD", "--all")], "BACKOUT_HEAD"),
        (&[("BACKOUT_BASE", A), ("BACKOUT_TARGET", "a b")], "BACKOUT_TARGET"),
    ];
    for (pairs, culprit) in cases {
        let error = read(pairs).unwrap_err();
        let message = error.to_string();
        assert!(message.starts_with(&format!("the variable {culprit} ")), "{message}");
        assert!(error.help().contains("set the variable"));
    }
}

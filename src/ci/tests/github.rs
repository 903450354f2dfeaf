//! GitHub Actions.

use serde_json::json;

use super::support::{A, B, ZERO, detect_with, edited, fixture, github, oid, range};
use crate::ci::{EventError, Provider, Rev, Subject, phase};
use crate::config::Phase;
use crate::git::RefUpdate;

fn update(file: &[u8]) -> RefUpdate {
    match github("push", file).unwrap().subject {
        Subject::Update(update) => update,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_pull_request_goes_from_the_merge_base_to_its_head() {
    let event = github("pull_request", fixture!("pull_request")).unwrap();
    // The head, not the merge that GitHub tests, nor base.sha, which lags.
    assert_eq!(event.subject, range(oid(A), B));
    assert_eq!((event.provider, event.name.as_str()), (Provider::GitHub, "pull_request"));
    assert_eq!(event.target_branch.as_deref(), Some("main"));
    assert_eq!(event.draft, Some(false));
    assert_eq!(phase(&event, "main"), Phase::Land);
    assert_eq!(phase(&event, "develop"), Phase::Share);
}

#[test]
fn a_draft_shares_whatever_its_target() {
    let event = github("pull_request", fixture!("pull_request_draft")).unwrap();
    assert_eq!(event.draft, Some(true));
    assert_eq!(event.target_branch.as_deref(), Some("release/1.x"));
    assert_eq!(phase(&event, "release/1.x"), Phase::Share);
}

#[test]
fn a_pull_request_that_does_not_say_draft_counts_as_ready() {
    let file = edited(fixture!("pull_request"), "/pull_request/draft", None);
    let event = github("pull_request", &file).unwrap();
    assert_eq!(event.draft, None);
    assert_eq!(phase(&event, "main"), Phase::Land);
}

#[test]
fn pull_request_target_is_refused() {
    let error = github("pull_request_target", fixture!("pull_request")).unwrap_err();
    assert_eq!(error, EventError::Untrusted);
    insta::assert_snapshot!(error, @"the event pull_request_target is refused: it judges untrusted code with trusted permissions");
}

#[test]
fn a_push_is_an_update_of_its_ref() {
    let update = update(fixture!("push"));
    assert_eq!(update.remote.as_str(), "refs/heads/main");
    assert_eq!((update.from, update.to), (Some(A.parse().unwrap()), Some(B.parse().unwrap())));
    assert_eq!(update.local, None);
    let event = github("push", fixture!("push")).unwrap();
    assert_eq!(phase(&event, "main"), Phase::Land);
    assert_eq!(phase(&event, "develop"), Phase::Share);
}

#[test]
fn zeros_before_are_a_new_branch() {
    let update = update(fixture!("push_new_branch"));
    assert_eq!((update.from, update.to), (None, Some(B.parse().unwrap())));
    assert_eq!(update.remote.as_branch(), Some("topic/a"));
    let event = github("push", fixture!("push_new_branch")).unwrap();
    assert_eq!(phase(&event, "main"), Phase::Share);
}

#[test]
fn a_pushed_tag_is_its_own_object_and_no_branch() {
    let event = github("push", fixture!("push_tag")).unwrap();
    assert_eq!(event.target_branch, None);
    assert_eq!(phase(&event, "stage-9-start"), Phase::Share);
    let update = update(fixture!("push_tag"));
    assert_eq!(update.remote.as_tag(), Some("stage-9-start"));
    assert_eq!(update.to, Some("3".repeat(40).parse().unwrap()));
}

#[test]
fn zeros_after_are_a_deletion() {
    let update = update(fixture!("push_delete"));
    assert_eq!((update.from, update.to), (Some("3".repeat(40).parse().unwrap()), None));
}

#[test]
fn a_push_of_nothing_is_an_error() {
    let file = edited(fixture!("push_delete"), "/before", Some(json!(ZERO)));
    let message = github("push", &file).unwrap_err().to_string();
    assert!(message.starts_with("the event's `after` should be a commit, not zeros"), "{message}");
}

#[test]
fn a_merge_group_is_gated_against_its_target_and_not_its_base_sha() {
    let event = github("merge_group", fixture!("merge_group")).unwrap();
    assert_eq!(event.subject, range(Rev::Branch("main".into()), B));
    assert_eq!(phase(&event, "main"), Phase::Land);
    assert_eq!(phase(&event, "other"), Phase::Land);
    let without = edited(fixture!("merge_group"), "/merge_group/base_sha", None);
    assert_eq!(github("merge_group", &without).unwrap(), event);
}

#[test]
fn a_schedule_and_a_dispatch_judge_what_stands() {
    for (name, file) in
        [("schedule", fixture!("schedule")), ("workflow_dispatch", fixture!("workflow_dispatch"))]
    {
        let event = github(name, file).unwrap();
        assert_eq!(event.subject, Subject::Standing { head: oid(B) });
        assert_eq!(event.target_branch.as_deref(), Some("main"));
        assert_eq!(phase(&event, "other"), Phase::Land);
    }
}

#[test]
fn a_dispatch_on_a_tag_has_no_branch() {
    let pairs = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_EVENT_NAME", "workflow_dispatch"),
        ("GITHUB_SHA", B),
        ("GITHUB_REF", "refs/tags/v1"),
    ];
    let event = detect_with(&pairs, b"").unwrap().unwrap();
    assert_eq!(event.target_branch, None);
}

#[test]
fn events_without_a_range_say_how_to_give_one() {
    for name in ["workflow_run", "workflow_call", "deployment", "issue_comment", "x\n::error::y"] {
        let error = github(name, b"{}").unwrap_err();
        let message = error.to_string();
        assert!(matches!(error, EventError::Unsupported { .. }), "{message}");
        assert!(!message.contains('\n'));
        assert_eq!(error.help(), "pass `--base REV --head REV`");
    }
}

#[test]
fn each_variable_that_is_missing_is_named() {
    let all = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_EVENT_NAME", "schedule"),
        ("GITHUB_EVENT_PATH", "/event.json"),
        ("GITHUB_SHA", B),
    ];
    let message = |pairs: &[(&str, &str)]| detect_with(pairs, b"{}").unwrap_err().to_string();
    insta::assert_snapshot!(message(&all[..1]), @"the variable GITHUB_EVENT_NAME should be the event's name, but is not set");
    insta::assert_snapshot!(message(&all[..3]), @"the variable GITHUB_SHA should be an object id of 40 or 64 hexadecimal digits, but is not set");
    insta::assert_snapshot!(message(&[all[0], ("GITHUB_EVENT_NAME", "push")]), @"the variable GITHUB_EVENT_PATH should be the event file's path, but is not set");
    insta::assert_snapshot!(message(&[all[0], all[1], ("GITHUB_SHA", "main")]), @r#"the variable GITHUB_SHA should be an object id of 40 or 64 hexadecimal digits, but is "main""#);
    insta::assert_snapshot!(message(&[all[0], all[1], ("GITHUB_SHA", ZERO)]), @r#"the variable GITHUB_SHA should be a commit, not zeros, but is "0000000000000000000000000000000000000000""#);
    insta::assert_snapshot!(message(&[all[0], ("GITHUB_EVENT_NAME", "push"), ("GITHUB_EVENT_PATH", "/gone")]), @r#"the event file "/gone" cannot be read: entity not found"#);
}

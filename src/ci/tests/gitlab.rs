//! GitLab CI/CD.

use super::support::{A, B, Pairs, ZERO, detect_with, oid, range, update};
use crate::ci::{Event, EventError, Provider, Subject, TrailerFate, phase};
use crate::config::Phase;
use crate::git::RefName;

const MERGE_REQUEST: Pairs<'_> = &[
    ("CI_PIPELINE_SOURCE", "merge_request_event"),
    ("CI_MERGE_REQUEST_IID", "7"),
    ("CI_MERGE_REQUEST_DIFF_BASE_SHA", A),
    ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
    ("CI_COMMIT_SHA", B),
    // GitLab sends zeros here in merge request pipelines (gitlab-org/gitlab#12850).
    ("CI_COMMIT_BEFORE_SHA", ZERO),
    ("CI_COMMIT_REF_NAME", "topic"),
];

const PUSH: Pairs<'_> = &[
    ("CI_PIPELINE_SOURCE", "push"),
    ("CI_COMMIT_BEFORE_SHA", A),
    ("CI_COMMIT_SHA", B),
    ("CI_COMMIT_REF_NAME", "main"),
    ("CI_COMMIT_BRANCH", "main"),
];

/// The event of `base` with `changes` in front of it; an empty value unsets.
fn read(base: Pairs<'_>, changes: Pairs<'_>) -> Result<Event, EventError> {
    let pairs = [changes, base, &[("GITLAB_CI", "true")]].concat();
    detect_with(&pairs, b"").map(Option::unwrap)
}

#[test]
fn a_merge_request_goes_from_its_base_to_its_head() {
    let event = read(MERGE_REQUEST, &[]).unwrap();
    assert_eq!(event.subject, range(oid(A), B));
    assert_eq!((event.provider, event.draft), (Provider::GitLab, None));
    assert_eq!(phase(&event, "main"), Phase::Land);
    assert_eq!(phase(&event, "other"), Phase::Share);
}

#[test]
fn a_merged_results_pipeline_judges_the_source_branch() {
    let head = "3".repeat(40);
    let event = read(MERGE_REQUEST, &[("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", &head)]).unwrap();
    assert_eq!(event.subject, range(oid(A), &head));
}

#[test]
fn a_draft_is_told_by_the_variable_or_by_the_title() {
    let draft = |changes: Pairs<'_>| read(MERGE_REQUEST, changes).unwrap().draft;
    assert_eq!(draft(&[("CI_MERGE_REQUEST_DRAFT", "true")]), Some(true));
    let both = [("CI_MERGE_REQUEST_DRAFT", "false"), ("CI_MERGE_REQUEST_TITLE", "Draft: x")];
    assert_eq!(draft(&both), Some(false));
    for title in ["Draft: x", "draft: x", "[Draft] x", "(Draft) x", " Draft: x"] {
        assert_eq!(draft(&[("CI_MERGE_REQUEST_TITLE", title)]), Some(true), "{title}");
    }
    assert_eq!(draft(&[("CI_MERGE_REQUEST_TITLE", "Drafting rules")]), Some(false));
    let event = read(MERGE_REQUEST, &[("CI_MERGE_REQUEST_DRAFT", "true")]).unwrap();
    assert_eq!(phase(&event, "main"), Phase::Share);
    assert!(read(MERGE_REQUEST, &[("CI_MERGE_REQUEST_DRAFT", "yes")]).is_err());
}

#[test]
fn a_push_to_a_branch_is_an_update() {
    let event = read(PUSH, &[]).unwrap();
    assert_eq!(phase(&event, "main"), Phase::Land);
    let update = update(event);
    assert_eq!(update.remote, RefName::branch("main"));
    assert_eq!((update.from, update.to), (Some(A.parse().unwrap()), Some(B.parse().unwrap())));
}

#[test]
fn zeros_before_are_a_new_branch() {
    let event = read(PUSH, &[("CI_COMMIT_BEFORE_SHA", ZERO), ("CI_COMMIT_REF_NAME", "topic")]);
    let event = event.unwrap();
    assert_eq!(phase(&event, "main"), Phase::Share);
    assert_eq!(update(event).from, None);
}

#[test]
fn a_tag_is_no_branch_of_that_name() {
    let tag = [("CI_COMMIT_TAG", "main"), ("CI_COMMIT_BEFORE_SHA", ZERO)];
    let event = read(PUSH, &tag).unwrap();
    assert_eq!(phase(&event, "main"), Phase::Share);
    assert_eq!(event.target_branch, None);
    assert_eq!(update(event).remote, RefName::tag("main"));
    assert!(read(PUSH, &[("CI_COMMIT_TAG", "other")]).is_err());
}

#[test]
fn schedules_and_manual_runs_judge_what_stands() {
    for source in ["schedule", "web", "api", "trigger", "pipeline"] {
        let event = read(PUSH, &[("CI_PIPELINE_SOURCE", source)]).unwrap();
        assert_eq!(event.subject, Subject::Standing { head: oid(B) });
        assert_eq!(phase(&event, "other"), Phase::Land);
    }
}

#[test]
fn a_child_pipeline_inherits_its_parents_subject() {
    let child = [("CI_PIPELINE_SOURCE", "parent_pipeline")];
    assert_eq!(read(MERGE_REQUEST, &child).unwrap().subject, range(oid(A), B));
    assert!(matches!(read(PUSH, &child).unwrap().subject, Subject::Update(_)));
}

#[test]
fn each_variable_that_is_missing_or_wrong_is_named() {
    for name in [
        "CI_PIPELINE_SOURCE",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA",
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
        "CI_COMMIT_SHA",
    ] {
        let message = read(MERGE_REQUEST, &[(name, "")]).unwrap_err().to_string();
        assert!(message.contains(name) && message.ends_with("but is not set"), "{message}");
    }
    for name in ["CI_COMMIT_SHA", "CI_COMMIT_BEFORE_SHA", "CI_COMMIT_REF_NAME"] {
        let message = read(PUSH, &[(name, "")]).unwrap_err().to_string();
        assert!(message.contains(name), "{message}");
        let message = read(PUSH, &[(name, "a\nb")]).unwrap_err().to_string();
        assert!(message.contains(name) && !message.contains('\n'), "{message}");
    }
    let other = read(PUSH, &[("CI_PIPELINE_SOURCE", "external_pull_request_event")]);
    assert!(matches!(other, Err(EventError::Unsupported { .. })));
}

#[test]
fn a_squash_is_said_to_be_unknown_and_no_squash_keeps_trailers() {
    let fate = |squash| {
        let event = read(MERGE_REQUEST, &[("CI_MERGE_REQUEST_SQUASH_ON_MERGE", squash)]).unwrap();
        event.landing_text.map(|text| text.fate("Migration-Stage", &["9".to_owned()]))
    };
    assert!(matches!(fate("true"), Some(TrailerFate::Unknown { certain: true, .. })));
    assert_eq!(fate("false"), Some(TrailerFate::Kept));
    assert_eq!(fate(""), None);
}

//! Bitbucket Pipelines.

use super::support::{A, B, Pairs, detect_with, each_is_named, oid, range, update};
use crate::ci::{Event, EventError, Provider, Rev, Subject, phase};
use crate::config::Phase;
use crate::git::RefName;

const PULL_REQUEST: Pairs<'_> = &[
    ("BITBUCKET_PR_ID", "7"),
    ("BITBUCKET_PR_DESTINATION_BRANCH", "main"),
    ("BITBUCKET_PR_DESTINATION_COMMIT", A),
    ("BITBUCKET_COMMIT", B),
    ("BITBUCKET_BRANCH", "topic"),
];

const BRANCH: Pairs<'_> = &[("BITBUCKET_COMMIT", B), ("BITBUCKET_BRANCH", "main")];

fn read(base: Pairs<'_>, changes: Pairs<'_>) -> Result<Event, EventError> {
    let pairs = [changes, base, &[("BITBUCKET_BUILD_NUMBER", "12")]].concat();
    detect_with(&pairs, b"").map(Option::unwrap)
}

#[test]
fn a_pull_request_goes_from_its_destination_to_its_source() {
    let event = read(PULL_REQUEST, &[]).unwrap();
    assert_eq!((&event.subject, event.provider), (&range(oid(A), B), Provider::Bitbucket));
    assert_eq!(event.target_branch.as_deref(), Some("main"));
    assert_eq!((phase(&event, "main"), phase(&event, "other")), (Phase::Land, Phase::Share));
}

#[test]
fn a_destination_that_is_cut_or_not_told_is_the_branch() {
    let start = Rev::Branch("main".into());
    let whole = Subject::Range { base: start, head: oid(B), merge_base: true };
    for stated in ["", "1111111", "111111111111"] {
        let event = read(PULL_REQUEST, &[("BITBUCKET_PR_DESTINATION_COMMIT", stated)]).unwrap();
        assert_eq!(event.subject, whole, "{stated}");
    }
}

#[test]
fn a_branch_has_no_commit_before() {
    let event = read(BRANCH, &[]).unwrap();
    assert_eq!((phase(&event, "main"), phase(&event, "other")), (Phase::Land, Phase::Share));
    let built = update(event);
    assert_eq!((built.from, built.to), (None, Some(B.parse().unwrap())));
    assert_eq!(built.remote, RefName::branch("main"));
}

#[test]
fn a_tag_is_no_branch_of_that_name() {
    let tag = [("BITBUCKET_BRANCH", ""), ("BITBUCKET_TAG", "main")];
    let event = read(BRANCH, &tag).unwrap();
    assert_eq!((phase(&event, "main"), event.target_branch.clone()), (Phase::Share, None));
    assert_eq!(update(event).remote, RefName::tag("main"));
    assert!(read(BRANCH, &[("BITBUCKET_TAG", "main")]).is_err());
}

#[test]
fn each_variable_that_is_missing_or_wrong_is_named() {
    let needed = ["BITBUCKET_COMMIT", "BITBUCKET_PR_DESTINATION_BRANCH"];
    let more = ["BITBUCKET_PR_DESTINATION_COMMIT"];
    each_is_named(&|changes| read(PULL_REQUEST, changes), &needed, &more);
    each_is_named(&|changes| read(BRANCH, changes), &["BITBUCKET_BRANCH"], &["BITBUCKET_TAG"]);
}

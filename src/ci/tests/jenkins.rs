//! Jenkins.

use super::support::{A, B, Pairs, ZERO, detect_with, each_is_named, oid, update};
use crate::ci::{Event, EventError, Provider, Rev, Subject, phase};
use crate::config::Phase;
use crate::git::RefName;

const CHANGE: Pairs<'_> = &[
    ("CHANGE_ID", "7"),
    ("CHANGE_TARGET", "main"),
    ("CHANGE_BRANCH", "topic"),
    ("BRANCH_NAME", "PR-7"),
    ("GIT_COMMIT", B),
    ("GIT_PREVIOUS_SUCCESSFUL_COMMIT", A),
];

const BRANCH: Pairs<'_> = &[
    ("BRANCH_NAME", "main"),
    ("GIT_BRANCH", "main"),
    ("GIT_COMMIT", B),
    ("GIT_PREVIOUS_COMMIT", B),
    ("GIT_PREVIOUS_SUCCESSFUL_COMMIT", A),
];

fn read(base: Pairs<'_>, changes: Pairs<'_>) -> Result<Event, EventError> {
    let pairs = [changes, base, &[("JENKINS_URL", "https://ci.example.com/")]].concat();
    detect_with(&pairs, b"").map(Option::unwrap)
}

#[test]
fn a_change_request_goes_from_its_target_and_not_from_its_last_build() {
    let event = read(CHANGE, &[]).unwrap();
    let base = Rev::Branch("main".into());
    assert_eq!(event.subject, Subject::Range { base, head: oid(B), merge_base: true });
    assert_eq!(event.provider, Provider::Jenkins);
    // Jenkins does not say whether it is a draft: the stricter reading.
    assert_eq!((phase(&event, "main"), phase(&event, "other")), (Phase::Land, Phase::Share));
    let scripted = read(CHANGE, &[("GIT_COMMIT", "")]).unwrap();
    assert!(
        matches!(scripted.subject, Subject::Range { head: Rev::Name(head), .. } if head == "HEAD")
    );
}

#[test]
fn a_branch_goes_from_its_last_build_that_succeeded() {
    let event = read(BRANCH, &[]).unwrap();
    assert_eq!(phase(&event, "main"), Phase::Land);
    let built = update(event);
    assert_eq!((built.from, built.to), (Some(A.parse().unwrap()), Some(B.parse().unwrap())));
    assert_eq!(built.remote, RefName::branch("main"));
    for first in ["", ZERO] {
        let event = read(BRANCH, &[("GIT_PREVIOUS_SUCCESSFUL_COMMIT", first)]).unwrap();
        assert_eq!(update(event).from, None);
    }
}

#[test]
fn a_tag_is_no_branch_of_that_name() {
    let event = read(BRANCH, &[("TAG_NAME", "main")]).unwrap();
    assert_eq!((phase(&event, "main"), event.target_branch.clone()), (Phase::Share, None));
    assert_eq!(update(event).remote, RefName::tag("main"));
}

#[test]
fn outside_of_a_multibranch_project_the_git_plugin_names_the_branch() {
    let of = |name| read(BRANCH, &[("BRANCH_NAME", ""), ("GIT_BRANCH", name)]);
    assert_eq!(update(of("origin/main").unwrap()).remote, RefName::branch("main"));
    // A branch of another remote is not taken for a topic branch, which is judged more mildly.
    for odd in ["upstream/main", "main", "detached"] {
        let message = of(odd).unwrap_err().to_string();
        assert!(message.starts_with("the variable GIT_BRANCH should be origin/"), "{message}");
    }
}

#[test]
fn each_variable_that_is_missing_or_wrong_is_named() {
    each_is_named(&|changes| read(CHANGE, changes), &["CHANGE_TARGET"], &["GIT_COMMIT"]);
    let more = ["GIT_PREVIOUS_SUCCESSFUL_COMMIT", "BRANCH_NAME", "TAG_NAME"];
    each_is_named(&|changes| read(BRANCH, changes), &["GIT_COMMIT"], &more);
    let message = read(&[], &[]).unwrap_err().to_string();
    assert!(message.contains("BRANCH_NAME"), "{message}");
}

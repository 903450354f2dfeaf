//! Azure Pipelines.

use super::support::{A, B, Pairs, detect_with, each_is_named, oid, update};
use crate::ci::{Event, EventError, Provider, Rev, Subject, phase};
use crate::config::Phase;
use crate::git::RefName;

const PULL_REQUEST: Pairs<'_> = &[
    ("BUILD_REASON", "PullRequest"),
    ("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main"),
    ("SYSTEM_PULLREQUEST_SOURCECOMMITID", B),
    ("BUILD_SOURCEVERSION", A),
    ("BUILD_SOURCEBRANCH", "refs/pull/7/merge"),
];

const PUSH: Pairs<'_> = &[
    ("BUILD_REASON", "IndividualCI"),
    ("BUILD_SOURCEVERSION", B),
    ("BUILD_SOURCEBRANCH", "refs/heads/main"),
];

fn read(base: Pairs<'_>, changes: Pairs<'_>) -> Result<Event, EventError> {
    let pairs = [changes, base, &[("TF_BUILD", "True")]].concat();
    detect_with(&pairs, b"").map(Option::unwrap)
}

#[test]
fn a_pull_request_goes_from_its_target_to_its_source() {
    for target in ["refs/heads/main", "main"] {
        let event = read(PULL_REQUEST, &[("SYSTEM_PULLREQUEST_TARGETBRANCH", target)]).unwrap();
        let base = Rev::Branch("main".into());
        assert_eq!(event.subject, Subject::Range { base, head: oid(B), merge_base: true });
        assert_eq!(event.provider, Provider::Azure);
        assert_eq!((phase(&event, "main"), phase(&event, "other")), (Phase::Land, Phase::Share));
    }
    // An old server says only which merge it has made.
    let old = read(PULL_REQUEST, &[("SYSTEM_PULLREQUEST_SOURCECOMMITID", "")]).unwrap();
    assert!(matches!(old.subject, Subject::Range { head, .. } if head == oid(A)));
}

#[test]
fn a_push_has_no_commit_before() {
    for reason in ["IndividualCI", "BatchedCI"] {
        let event = read(PUSH, &[("BUILD_REASON", reason)]).unwrap();
        assert_eq!((phase(&event, "main"), phase(&event, "other")), (Phase::Land, Phase::Share));
        let built = update(event);
        assert_eq!((built.from, built.to), (None, Some(B.parse().unwrap())));
        assert_eq!(built.remote, RefName::branch("main"));
    }
    let tag = read(PUSH, &[("BUILD_SOURCEBRANCH", "refs/tags/main")]).unwrap();
    assert_eq!((phase(&tag, "main"), tag.target_branch.clone()), (Phase::Share, None));
    assert_eq!(update(tag).remote, RefName::tag("main"));
}

#[test]
fn manual_and_scheduled_runs_judge_what_stands() {
    for reason in ["Manual", "Schedule", "BuildCompletion", "ResourceTrigger"] {
        let event = read(PUSH, &[("BUILD_REASON", reason)]).unwrap();
        assert_eq!(event.subject, Subject::Standing { head: oid(B) });
        assert_eq!((event.name.as_str(), phase(&event, "other")), (reason, Phase::Land));
    }
}

#[test]
fn each_variable_that_is_missing_or_wrong_is_named() {
    let needed = ["BUILD_REASON", "SYSTEM_PULLREQUEST_TARGETBRANCH"];
    let more = ["SYSTEM_PULLREQUEST_SOURCECOMMITID"];
    each_is_named(&|changes| read(PULL_REQUEST, changes), &needed[1..], &more);
    let pushed = ["BUILD_SOURCEVERSION", "BUILD_SOURCEBRANCH"];
    each_is_named(&|changes| read(PUSH, changes), &pushed, &[]);
    // A short name may be a branch's or a tag's.
    assert!(read(PUSH, &[("BUILD_SOURCEBRANCH", "main")]).is_err());
    let message = read(PUSH, &[(needed[0], "")]).unwrap_err().to_string();
    assert!(message.contains(needed[0]), "{message}");
    for odd in ["CheckInShelveset", "x\n##vso[task.complete]"] {
        let error = read(PUSH, &[("BUILD_REASON", odd)]).unwrap_err();
        assert!(matches!(error, EventError::Unsupported { .. }));
        assert!(!error.to_string().contains('\n'));
    }
}

//! Gitea Actions and Forgejo Actions speak GitHub's language: the same variables and events, with
//! payloads of their own make.

use super::support::{A, B, detect_with, fixture, oid, range};
use crate::ci::{Event, MergeBody, MergeMethod, SquashBody, phase};
use crate::config::Phase;

fn read(system: &str, event: &str, file: &[u8]) -> Event {
    let pairs = [
        ("GITHUB_ACTIONS", "true"),
        (system, "true"),
        ("GITHUB_EVENT_NAME", event),
        ("GITHUB_EVENT_PATH", "/event.json"),
        ("GITHUB_SHA", B),
        ("GITHUB_REF", "refs/pull/7/head"),
    ];
    detect_with(&pairs, file).unwrap().unwrap()
}

#[test]
fn a_pull_request_is_read_as_from_github() {
    for system in ["GITEA_ACTIONS", "FORGEJO_ACTIONS"] {
        let event = read(system, "pull_request", fixture!("gitea_pull_request"));
        assert_eq!(event.subject, range(oid(A), B));
        assert_eq!(event.target_branch.as_deref(), Some("main"));
        assert_eq!(phase(&event, "main"), Phase::Land);
        // What a squash would say is a setting that these events do not tell.
        let text = event.landing_text.unwrap();
        let methods = [MergeMethod::Merge, MergeMethod::Squash, MergeMethod::Rebase];
        assert_eq!(text.methods, methods);
        assert_eq!(text.squash_body, SquashBody::NotStated);
        assert_eq!(text.merge_body, MergeBody::NotStated);
    }
}

#[test]
fn a_push_is_read_as_from_github() {
    let github = read("GITHUB_ACTIONS", "push", fixture!("push"));
    assert_eq!(read("GITEA_ACTIONS", "push", fixture!("gitea_push")).subject, github.subject);
}

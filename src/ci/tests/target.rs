//! What a report on GitHub is about.

use std::io;
use std::path::Path;

use serde_json::json;

use super::support::{A, B, Pairs, ZERO, edited, fixture};
use crate::ci::{EventError, ReportTarget, report_target};

fn target_with(
    name: &str,
    file: &[u8],
    more: Pairs<'_>,
) -> Result<Option<ReportTarget>, EventError> {
    let pairs = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_EVENT_NAME", name),
        ("GITHUB_EVENT_PATH", "/event.json"),
        ("GITHUB_SHA", A),
        // What a pipeline's author says is judged is not what is reported on.
        ("BACKOUT_BASE", A),
        ("BACKOUT_HEAD", A),
    ];
    let env = |name: &str| {
        let found = more.iter().chain(&pairs).find(|(key, _)| *key == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    let read = |path: &Path| match path.to_str() {
        Some("/event.json") => Ok(file.to_vec()),
        _ => Err(io::Error::from(io::ErrorKind::NotFound)),
    };
    report_target(&env, &read)
}

fn target(name: &str, file: &[u8]) -> Result<Option<ReportTarget>, EventError> {
    target_with(name, file, &[])
}

#[test]
fn a_pull_request_is_its_number_and_its_head() {
    let found = target("pull_request", fixture!("pull_request")).unwrap().unwrap();
    assert_eq!(found.head.to_string(), B);
    assert_eq!(found.pull_request.unwrap().get(), 12);
    assert_eq!((found.event.as_str(), found.run), ("pull_request", None));
}

#[test]
fn a_number_that_is_none_is_refused() {
    for value in [None, Some(json!("12")), Some(json!(0)), Some(json!(-1)), Some(json!("../13"))] {
        let file = edited(fixture!("pull_request"), "/pull_request/number", value);
        let message = target("pull_request", &file).unwrap_err().to_string();
        assert!(message.contains("`pull_request.number` should be a number from 1"), "{message}");
    }
}

#[test]
fn other_events_are_their_commit() {
    let head = |name: &str, file: &[u8]| {
        let found = target(name, file).unwrap().unwrap();
        assert_eq!(found.pull_request, None);
        found.head.to_string()
    };
    assert_eq!(head("push", fixture!("push")), B);
    assert_eq!(head("merge_group", fixture!("merge_group")), B);
    assert_eq!(head("workflow_dispatch", b""), A);
    let deletes = edited(fixture!("push"), "/after", Some(json!(ZERO)));
    assert_eq!(target("push", &deletes).unwrap(), None);
}

#[test]
fn nothing_else_is_reported_on() {
    let file = fixture!("pull_request");
    assert_eq!(target("pull_request_target", file).unwrap_err(), EventError::Untrusted);
    assert!(matches!(target("issues", file), Err(EventError::Unsupported { .. })));
    assert_eq!(target_with("push", file, &[("GITHUB_ACTIONS", "")]).unwrap(), None);
}

#[test]
fn the_runs_page_holds_nothing_but_an_address() {
    let run = |server: &str, repository: &str, id: &str| {
        let more = [
            ("GITHUB_SERVER_URL", server),
            ("GITHUB_REPOSITORY", repository),
            ("GITHUB_RUN_ID", id),
        ];
        target_with("workflow_dispatch", b"", &more).unwrap().unwrap().run
    };
    let page = "https://github.com/acme/shop/actions/runs/77";
    assert_eq!(run("https://github.com", "acme/shop", "77").as_deref(), Some(page));
    for (server, repository, id) in [
        ("javascript:alert(1)//", "acme/shop", "77"),
        ("https://github.com) [a](b", "acme/shop", "77"),
        ("https://github.com", "acme/shop) <b", "77"),
        ("https://github.com", "acme/shop", "77)"),
        ("https://github.com", "acme/shop", ""),
    ] {
        assert_eq!(run(server, repository, id), None, "{server} {repository} {id}");
    }
}

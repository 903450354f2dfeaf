//! `backout comment`: what it hands on, and what it says.

use serde_json::{Value, json};

use super::scripts::outputs;
use crate::support::{Run, TestRepo};

fn event(body: &str) -> Value {
    json!({"action": "created", "issue": {"number": 3}, "comment": {"body": body,
        "created_at": "2026-01-05T12:00:00Z", "updated_at": "2026-01-05T12:00:00Z",
        "author_association": "OWNER", "user": {"login": "ada", "type": "User"}}})
}

fn read(repo: &TestRepo, name: &str, event: &Value) -> Run {
    let path = repo.root().join("event.json");
    std::fs::write(&path, event.to_string()).unwrap();
    let run = repo.backout(["comment"]).folder(&repo.root());
    run.env("GITHUB_EVENT_NAME", name)
        .env("GITHUB_EVENT_PATH", path)
        .env("GITHUB_OUTPUT", repo.root().join("output"))
        .run()
}

#[test]
fn a_request_becomes_outputs_outside_of_any_repository() {
    let repo = TestRepo::new();
    let body = "/backout 5-6 cascade because a<<b\u{202e} ${{ x }} %0A::error::y";
    insta::assert_snapshot!(read(&repo, "issue_comment", &event(body)).snapshot(), @r"
    exit: 0
    stdout:
    asked to back out stage 5-6: a<<b\u{202e} ${{ x }} %0A::error::y
    stderr:
    ");
    let expected = [
        ("asked", "true"),
        ("stage", "5-6"),
        ("reason", "a<<b\u{202e} ${{ x }} %0A::error::y"),
        ("cascade", "true"),
        ("draft", "false"),
    ];
    assert_eq!(outputs(&repo), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[test]
fn a_comment_without_a_request_says_so_in_its_outputs() {
    let repo = TestRepo::new();
    insta::assert_snapshot!(read(&repo, "issue_comment", &event("thanks")).snapshot(), @"
    exit: 0
    stdout:
    the comment asks for nothing
    stderr:
    ");
    assert_eq!(outputs(&repo)[0], ("asked".to_owned(), "false".to_owned()));
    assert_eq!(outputs(&repo)[1], ("stage".to_owned(), String::new()));
}

#[test]
fn what_is_refused_sets_nothing() {
    let repo = TestRepo::new();
    insta::assert_snapshot!(read(&repo, "issue_comment", &event("/backout 9")).snapshot(), @r#"
    exit: 2
    stdout:
    stderr:
    error: the command "/backout 9" cannot be read: it gives no reason
    help: write it so: /backout STAGE [cascade] [draft] because REASON
    "#);
    insta::assert_snapshot!(read(&repo, "push", &event("/backout 9 because x")).snapshot(), @"
    exit: 2
    stdout:
    stderr:
    error: this is no run for the event issue_comment
    help: let the workflow run on `issue_comment`, of the type `created`
    ");
    let mut edited = event("/backout 9 because x");
    edited["action"] = "edited".into();
    insta::assert_snapshot!(read(&repo, "issue_comment", &edited).snapshot(), @"
    exit: 2
    stdout:
    stderr:
    error: the comment was edited, and an edited comment is not obeyed
    help: write a new comment
    ");
    assert!(outputs(&repo).is_empty());
}

//! Comments that ask for a back-out, and those that only look like it.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::ci::{CommentError, Request, back_out_request};

fn event(body: &str) -> Value {
    json!({
        "action": "created",
        "issue": {"number": 7},
        "comment": {
            "body": body,
            "created_at": "2026-01-05T12:00:00Z",
            "updated_at": "2026-01-05T12:00:00Z",
            "author_association": "MEMBER",
            "user": {"login": "ada", "type": "User"},
        },
    })
}

fn ask(event: &Value) -> Result<Option<Request>, CommentError> {
    back_out_request(event.to_string().as_bytes())
}

fn request(stage: &str, reason: &str, cascade: bool, draft: bool) -> Request {
    Request { stage: stage.parse().unwrap(), reason: reason.to_owned(), cascade, draft }
}

#[test]
fn a_command_names_stage_and_reason() {
    for (body, expected) in [
        ("/backout 5-6 because carts are lost", request("5-6", "carts are lost", false, false)),
        ("Hm.\r\n\r\n/backout 9 because  x\ty \r\n", request("9", "x y", false, false)),
        ("/backout billing:9 cascade because x", request("billing:9", "x", true, false)),
        ("/backout 9 --draft --cascade because because", request("9", "because", true, true)),
    ] {
        assert_eq!(ask(&event(body)).unwrap(), Some(expected), "{body:?}");
    }
}

#[test]
fn what_only_looks_like_a_command_is_none() {
    for body in [
        "",
        "see `/backout 9 because x`",
        " /backout 9 because x",
        "    /backout 9 because x",
        "> /backout 9 because x",
        "/backouts 9 because x",
        "/backout-9 because x",
        "- /backout 9 because x",
    ] {
        assert_eq!(ask(&event(body)).unwrap(), None, "{body:?}");
    }
    assert_eq!(back_out_request(b"{}").unwrap(), None);
}

#[test]
fn what_readers_may_see_as_something_else_is_not_obeyed() {
    let command = "/backout 9 because x";
    for (around, why) in [
        ("```\nCOMMAND\n```", "above"),
        ("```\n\nCOMMAND\n```", "code"),
        ("```sh\n\nCOMMAND\n", "code"),
        ("```x```\n\n```\n\nCOMMAND\n", "code"),
        ("    ```\n\nCOMMAND", "code"),
        ("~~~\n\nCOMMAND\n~~~", "code"),
        ("> ~~~\n\nCOMMAND", "code"),
        ("a ` b\nCOMMAND\nc ` d", "above"),
        ("COMMAND\n\nsee `x`", "code"),
        ("$$\n\nCOMMAND\n\n$$", "code"),
        ("<pre>\n\nCOMMAND\n</pre>", "HTML"),
        ("<details>\n\nCOMMAND\n\n</details>", "HTML"),
        ("a <details>\n\nCOMMAND", "HTML"),
        ("<!--\n\nCOMMAND\n\n-->", "HTML"),
        ("<? x\n\nCOMMAND\n\n?>", "HTML"),
        ("COMMAND <!--\n\n-->", "HTML"),
        ("> quoted\nCOMMAND", "above"),
        ("- item\nCOMMAND", "above"),
        ("words\rCOMMAND", "above"),
        ("[a]: b \"\n\nCOMMAND", "links"),
        ("[a]:\nCOMMAND", "above"),
    ] {
        let body = around.replace("COMMAND", command);
        let error = ask(&event(&body)).unwrap_err();
        assert!(matches!(error, CommentError::Doubtful { .. }), "{body:?}: {error}");
        assert!(error.to_string().contains(why), "{body:?}: {error}");
        assert!(error.help().contains("without code or HTML"));
    }
    // Below a blank line, and with marks of its own, it has one meaning.
    for body in ["a < b\n \n/backout 9 because x", "/backout 9 because `x` is <b> or a<<b\n\nmore"]
    {
        assert!(ask(&event(body)).unwrap().is_some(), "{body:?}");
    }
}

#[test]
fn a_command_that_cannot_be_read_says_how_to_write_it() {
    for (body, why) in [
        ("/backout", "it names no stage"),
        ("/backout 9", "it gives no reason"),
        ("/backout 9 because", "a reason is text"),
        ("/backout ../x because y", "is no stage's name"),
        ("/backout $(x) because y", "is no stage's name"),
        ("/backout 9 now because y", "\"now\" was not expected there"),
        ("/backout 9 draft draft because y", "\"draft\" was not expected there"),
        ("/backout 9 because a\u{1b}[31m", "a reason is text"),
        (&format!("/backout 9 because {}", "x".repeat(501)), "a reason is text"),
    ] {
        let error = ask(&event(body)).unwrap_err();
        assert!(error.to_string().contains(why), "{body:?}: {error}");
        assert!(!error.to_string().contains(char::is_control));
        assert!(error.help().contains("/backout STAGE"));
    }
    let two = ask(&event("/backout 9 because x\n/backout 4 because y"));
    assert_eq!(two.unwrap_err(), CommentError::Several);
}

#[test]
fn only_a_person_that_the_repository_trusts_is_obeyed_and_only_at_first_hand() {
    let with = |pointer: &str, value: Value| {
        let mut event = event("/backout 9 because x");
        *event.pointer_mut(pointer).unwrap() = value;
        ask(&event)
    };
    for trusted in ["OWNER", "MEMBER", "COLLABORATOR"] {
        assert!(with("/comment/author_association", trusted.into()).unwrap().is_some());
    }
    for other in
        ["CONTRIBUTOR", "FIRST_TIMER", "FIRST_TIME_CONTRIBUTOR", "NONE", "MANNEQUIN", "owner"]
    {
        let error = with("/comment/author_association", other.into()).unwrap_err();
        assert!(matches!(error, CommentError::Stranger { .. }), "{other}");
    }
    let stranger = with("/comment/author_association", Value::Null).unwrap_err();
    assert!(matches!(stranger, CommentError::Stranger { .. }));
    let edited = with("/comment/updated_at", "2026-01-05T12:00:01Z".into());
    assert_eq!(edited.unwrap_err(), CommentError::Edited);
    assert_eq!(with("/comment/created_at", Value::Null).unwrap_err(), CommentError::Edited);
    for action in ["edited", "deleted", ""] {
        assert_eq!(with("/action", action.into()).unwrap_err(), CommentError::Edited);
    }
    for kind in ["Bot", "Organization", ""] {
        assert_eq!(with("/comment/user/type", kind.into()).unwrap_err(), CommentError::Bot);
    }
    let mut through_app = event("/backout 9 because x");
    through_app["comment"]["performed_via_github_app"] = json!({"slug": "helper"});
    assert_eq!(ask(&through_app).unwrap_err(), CommentError::Bot);
    through_app["comment"]["performed_via_github_app"] = Value::Null;
    assert!(ask(&through_app).unwrap().is_some());
    assert!(matches!(with("/comment/body", json!(7)).unwrap_err(), CommentError::Event(_)));
    // Without a command, nobody has to be anybody.
    let mut chat = event("thanks");
    chat["comment"]["author_association"] = "NONE".into();
    assert_eq!(ask(&chat).unwrap(), None);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_written_a_request_is_one_line_and_a_stage(
        body in "(.|\n|/backout |because |```){0,12}",
    ) {
        if let Ok(Some(found)) = ask(&event(&body)) {
            prop_assert!(!found.reason.contains(char::is_control));
            prop_assert!(body.lines().any(|line| line.starts_with("/backout")));
        }
    }
}

//! Event files that nobody should have written: an error that names the place, never a panic.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::support::{edited, fixture, github};
use crate::ci::{EVENT_CAP, EventError, Subject};

/// What every supported event cannot do without, as JSON pointers.
const REQUIRED: &[(&str, &[u8], &[&str])] = &[
    (
        "pull_request",
        fixture!("pull_request"),
        &["/pull_request/base/sha", "/pull_request/head/sha", "/pull_request/base/ref"],
    ),
    ("push", fixture!("push"), &["/ref", "/before", "/after"]),
    ("merge_group", fixture!("merge_group"), &["/merge_group/head_sha", "/merge_group/base_ref"]),
];

fn dotted(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".")
}

#[test]
fn a_field_that_is_missing_or_wrong_is_named_by_its_path() {
    let wrong = [
        None,
        Some(Value::Null),
        Some(json!(7)),
        Some(json!([])),
        Some(json!({})),
        Some(json!("")),
        Some(json!("a\nb")),
        Some(json!("--upload-pack=x")),
    ];
    for (event, file, pointers) in REQUIRED {
        for pointer in *pointers {
            for value in &wrong {
                let error = github(event, &edited(file, pointer, value.clone())).unwrap_err();
                let message = error.to_string();
                let start = format!("the event's `{}` should be ", dotted(pointer));
                assert!(message.starts_with(&start), "{message}");
                assert!(!message.contains('\n'));
            }
        }
    }
}

#[test]
fn optional_fields_of_the_wrong_type_are_errors_too() {
    for (pointer, value) in [
        ("/pull_request/draft", json!("false")),
        ("/pull_request/body", json!(5)),
        ("/pull_request/base/repo/allow_squash_merge", json!("yes")),
        ("/pull_request/base/repo/squash_merge_commit_message", json!(["PR_BODY"])),
    ] {
        let file = edited(fixture!("pull_request"), pointer, Some(value));
        let message = github("pull_request", &file).unwrap_err().to_string();
        assert!(message.contains(&format!("`{}`", dotted(pointer))), "{message}");
    }
}

#[test]
fn a_parent_of_the_wrong_type_is_a_missing_field() {
    let file = edited(fixture!("pull_request"), "/pull_request", Some(json!("hello")));
    let error = github("pull_request", &file).unwrap_err();
    insta::assert_snapshot!(error, @"the event's `pull_request.base.sha` should be an object id of 40 or 64 hexadecimal digits, but is missing");
}

#[test]
fn zeros_are_no_commit() {
    let file =
        edited(fixture!("pull_request"), "/pull_request/base/sha", Some(json!("0".repeat(64))));
    let message = github("pull_request", &file).unwrap_err().to_string();
    assert!(message.contains("a commit, not zeros"), "{message}");
}

#[test]
fn fields_that_nobody_knows_are_ignored() {
    let file = edited(fixture!("pull_request"), "/pull_request/new", Some(json!({"a": [1]})));
    let plain = github("pull_request", fixture!("pull_request")).unwrap();
    assert_eq!(github("pull_request", &file).unwrap(), plain);
}

#[test]
fn what_is_no_event_file_is_told_so() {
    for bytes in [b"".as_slice(), b"{", b"\xff\xfe", b"{} {}", &[b'['; 5000]] {
        assert!(matches!(github("push", bytes), Err(EventError::NotJson { .. })));
    }
    for bytes in [b"null".as_slice(), b"[]", b"7", b"\"x\""] {
        assert!(matches!(github("push", bytes), Err(EventError::Field { .. })));
    }
    assert_eq!(github("push", &vec![b' '; EVENT_CAP + 1]).unwrap_err(), EventError::TooLarge);
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[0-9a-f]{40}".prop_map(Value::from),
        Just(Value::from("0".repeat(40))),
        "refs/(heads|tags)/[a-z]{1,4}".prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        let keys = prop::sample::select(vec!["sha", "ref", "repo", "base", "head", "x"]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map(keys, inner, 0..3)
                .prop_map(|map| map.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()),
        ]
    })
}

/// Every pointer of a JSON value.
fn pointers(value: &Value, at: &str, all: &mut Vec<String>) {
    if let Value::Object(map) = value {
        for (key, inner) in map {
            let below = format!("{at}/{key}");
            all.push(below.clone());
            pointers(inner, &below, all);
        }
    }
}

fn events() -> Vec<(&'static str, &'static [u8])> {
    vec![
        ("pull_request", fixture!("pull_request")),
        ("pull_request", fixture!("pull_request_draft")),
        ("push", fixture!("push")),
        ("push", fixture!("push_new_branch")),
        ("push", fixture!("push_delete")),
        ("merge_group", fixture!("merge_group")),
    ]
}

/// Whatever is read names something to judge: no range without an end, no update of nothing.
fn says_what_to_judge(subject: &Subject) -> bool {
    match subject {
        Subject::Range { base, head, merge_base } => {
            *merge_base && !base.to_string().is_empty() && head.to_string().len() >= 40
        }
        Subject::Update(update) => update.from.is_some() || update.to.is_some(),
        Subject::Standing { .. } => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None, ..ProptestConfig::with_cases(10_000)
    })]

    #[test]
    fn a_mutated_event_is_read_or_refused(
        event in prop::sample::select(events()),
        at in any::<prop::sample::Index>(),
        value in prop::option::of(any_json()),
    ) {
        let (name, file) = event;
        let mut all = Vec::new();
        pointers(&serde_json::from_slice(file).unwrap(), "", &mut all);
        match github(name, &edited(file, &all[at.index(all.len())], value)) {
            Ok(read) => prop_assert!(says_what_to_judge(&read.subject)),
            Err(error) => prop_assert!(!error.to_string().contains(char::is_control)),
        }
    }

    #[test]
    fn a_damaged_event_file_is_read_or_refused(
        event in prop::sample::select(events()),
        at in any::<prop::sample::Index>(),
        bytes in prop::collection::vec(any::<u8>(), 0..4),
    ) {
        let (name, file) = event;
        let mut file = file.to_vec();
        let at = at.index(file.len());
        file.splice(at..(at + 2).min(file.len()), bytes);
        if let Ok(read) = github(name, &file) {
            prop_assert!(says_what_to_judge(&read.subject));
        }
    }

    #[test]
    fn arbitrary_json_is_never_taken_for_an_event_without_its_fields(
        name in prop::sample::select(vec!["pull_request", "push", "merge_group"]),
        value in any_json(),
    ) {
        // The generator knows neither `pull_request` nor `merge_group` nor `before`.
        prop_assert!(github(name, &serde_json::to_vec(&value).unwrap()).is_err());
    }
}

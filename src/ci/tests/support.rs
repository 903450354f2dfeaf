//! An environment made of pairs, and an event file made of bytes.

use std::io;
use std::path::Path;

use crate::ci::{Event, EventError, Rev, Subject, detect};
use crate::git::RefUpdate;

pub(super) const A: &str = "1111111111111111111111111111111111111111";
pub(super) const B: &str = "2222222222222222222222222222222222222222";
pub(super) const ZERO: &str = "0000000000000000000000000000000000000000";

pub(super) type Pairs<'a> = &'a [(&'a str, &'a str)];

pub(super) fn oid(text: &str) -> Rev {
    Rev::Oid(text.parse().unwrap())
}

pub(super) fn range(base: Rev, head: &str) -> Subject {
    Subject::Range { base, head: oid(head), merge_base: true }
}

pub(super) fn detect_with(pairs: Pairs<'_>, file: &[u8]) -> Result<Option<Event>, EventError> {
    let env = |name: &str| {
        pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
    };
    let read = |path: &Path| match path.to_str() {
        Some("/event.json") => Ok(file.to_vec()),
        _ => Err(io::Error::from(io::ErrorKind::NotFound)),
    };
    detect(&env, &read)
}

/// The event of GitHub Actions with this name and file.
pub(super) fn github(name: &str, file: &[u8]) -> Result<Event, EventError> {
    let pairs = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_EVENT_NAME", name),
        ("GITHUB_EVENT_PATH", "/event.json"),
        ("GITHUB_SHA", B),
        ("GITHUB_REF", "refs/heads/main"),
    ];
    detect_with(&pairs, file).map(Option::unwrap)
}

macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!("../../../tests/fixtures/events/", $name, ".json")).as_slice()
    };
}
pub(super) use fixture;

/// The fixture with the value at a JSON pointer replaced; `None` takes it away.
pub(super) fn edited(file: &[u8], pointer: &str, value: Option<serde_json::Value>) -> Vec<u8> {
    let mut root: serde_json::Value = serde_json::from_slice(file).unwrap();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = root.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    match value {
        Some(value) => parent.insert(key.to_owned(), value),
        None => parent.remove(key),
    };
    serde_json::to_vec(&root).unwrap()
}

/// The update that an event is of.
pub(super) fn update(event: Event) -> RefUpdate {
    match event.subject {
        Subject::Update(update) => update,
        other => panic!("{other:?}"),
    }
}

/// Values that no variable should have, each for a reason of its own.
const HOSTILE: [&str; 6] =
    ["a\nb", "--upload-pack=x", "a..b", "HEAD@{1}", "\u{202e}main", "\u{1b}[2Jmain"];

/// Reads an event with each variable unset, where it is needed, and with values that nobody should
/// have written: the error has to name the variable, on one line and without control characters.
pub(super) fn each_is_named(
    read: &dyn Fn(Pairs<'_>) -> Result<Event, EventError>,
    needed: &[&str],
    others: &[&str],
) {
    for name in needed {
        let message = read(&[(name, "")]).unwrap_err().to_string();
        assert!(message.contains(name) && message.ends_with("but is not set"), "{message}");
    }
    for (name, value) in needed.iter().chain(others).flat_map(|n| HOSTILE.map(|v| (n, v))) {
        // Git allows a branch of such a name; it is escaped wherever it is shown.
        if value.starts_with('\u{202e}') && read(&[(name, value)]).is_ok() {
            continue;
        }
        let error = read(&[(name, value)]).unwrap_err();
        let message = error.to_string();
        assert!(message.contains(name), "{name}={value:?}: {message}");
        assert!(!message.contains(char::is_control) && !message.contains('\u{202e}'), "{message}");
        assert!(error.help().contains("set the variable"), "{message}");
    }
}

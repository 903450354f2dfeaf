//! An event file's JSON, read by path, with errors that name the path.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use serde_json::Value;

use super::error::{EventError, quoted};
use super::rev::is_ref_text;
use crate::git::{ObjectId, RefName};

/// The largest event that is read, in bytes. GitHub caps webhook payloads at 25 MB.
pub const EVENT_CAP: usize = 32 << 20;

/// Reads an event file, at most one byte more than [`EVENT_CAP`], so that [`super::detect`] sees
/// that it is too large without this process holding all of it.
pub fn read_event(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(EVENT_CAP as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A parsed event. Paths are dotted: `pull_request.base.sha`.
#[derive(Debug)]
pub(super) struct Payload {
    root: Value,
}

impl Payload {
    /// From the event file's bytes. Nesting beyond 128 levels is an error of the JSON reader.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, EventError> {
        if bytes.len() > EVENT_CAP {
            return Err(EventError::TooLarge);
        }
        let root = serde_json::from_slice(bytes)
            .map_err(|error| EventError::NotJson { reason: error.to_string() })?;
        Ok(Self { root })
    }

    /// What stands at the path; null counts as nothing.
    fn find(&self, path: &str) -> Option<&Value> {
        path.split('.')
            .try_fold(&self.root, |value, key| value.get(key))
            .filter(|value| !value.is_null())
    }

    /// Whether anything stands at the path.
    pub(super) fn has(&self, path: &str) -> bool {
        self.find(path).is_some()
    }

    fn wrong(&self, path: &str, expected: &'static str) -> EventError {
        let found = self.find(path).map_or_else(|| "missing".to_owned(), describe);
        EventError::Field { path: path.to_owned(), expected, found }
    }

    /// Text, where the field is there.
    pub(super) fn text(&self, path: &str) -> Result<Option<&str>, EventError> {
        match self.find(path) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong(path, "text")),
        }
    }

    /// A boolean, where the field is there.
    pub(super) fn flag(&self, path: &str) -> Result<Option<bool>, EventError> {
        match self.find(path) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(self.wrong(path, "true or false")),
        }
    }

    /// A number from 1, which has to be there.
    pub(super) fn number(&self, path: &str) -> Result<u64, EventError> {
        let number = self.find(path).and_then(Value::as_u64).filter(|number| *number > 0);
        number.ok_or_else(|| self.wrong(path, "a number from 1"))
    }

    /// An id that has to be there; `None` for zeros, whatever their number.
    pub(super) fn oid(&self, path: &str) -> Result<Option<ObjectId>, EventError> {
        let expected = "an object id of 40 or 64 hexadecimal digits";
        let text = self.find(path).and_then(Value::as_str);
        let oid: ObjectId =
            text.and_then(|text| text.parse().ok()).ok_or_else(|| self.wrong(path, expected))?;
        Ok(Some(oid).filter(|oid| !oid.is_zero()))
    }

    /// A commit's id, never zeros.
    pub(super) fn commit(&self, path: &str) -> Result<ObjectId, EventError> {
        self.oid(path)?.ok_or_else(|| self.wrong(path, "a commit, not zeros"))
    }

    /// A full ref name.
    pub(super) fn full_ref(&self, path: &str) -> Result<RefName, EventError> {
        let text = self.find(path).and_then(Value::as_str);
        text.filter(|text| text.starts_with("refs/") && is_ref_text(text))
            .map(RefName::new)
            .ok_or_else(|| self.wrong(path, "a full ref name such as refs/heads/main"))
    }

    /// A branch's name without `refs/heads/`, whether the event writes that or not.
    pub(super) fn branch(&self, path: &str) -> Result<String, EventError> {
        let text = self.find(path).and_then(Value::as_str);
        text.map(|text| text.strip_prefix("refs/heads/").unwrap_or(text))
            .filter(|text| is_ref_text(text))
            .map(str::to_owned)
            .ok_or_else(|| self.wrong(path, "a branch's name"))
    }
}

fn describe(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(_) => "a number".to_owned(),
        Value::String(text) => quoted(text),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_no_further_than_the_cap() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("event.json");
        File::create(&file).unwrap().set_len(EVENT_CAP as u64 + 4096).unwrap();
        let bytes = read_event(&file).unwrap();
        assert_eq!(bytes.len(), EVENT_CAP + 1);
        assert_eq!(Payload::parse(&bytes).unwrap_err(), EventError::TooLarge);
        assert!(read_event(&folder.path().join("absent")).is_err());
    }

    #[test]
    fn what_stands_there_instead_is_told() {
        let payload =
            Payload::parse(br#"{"a": {"b": 5, "c": [], "d": "x\ny"}, "e": null}"#).unwrap();
        let message = |path| payload.oid(path).unwrap_err().to_string();
        assert!(message("a").ends_with("but is an object"), "{}", message("a"));
        assert!(message("a.b").ends_with("but is a number"));
        assert!(message("a.c").ends_with("but is a list"));
        assert!(message("a.d").ends_with(r#"but is "x\ny""#));
        assert!(message("a.b.c").ends_with("but is missing"));
        assert!(message("e").ends_with("but is missing"));
        assert!(payload.flag("a.b").is_err());
        assert!(payload.text("a.b").is_err());
        assert_eq!(payload.text("e").unwrap(), None);
    }

    #[test]
    fn deep_nesting_is_an_error_of_the_reader() {
        let deep = "[".repeat(100_000);
        assert!(matches!(Payload::parse(deep.as_bytes()), Err(EventError::NotJson { .. })));
    }
}

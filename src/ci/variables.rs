//! Reading typed values out of the environment.

use super::error::{EventError, quoted};
use super::rev::{Rev, is_ref_text};
use crate::git::ObjectId;

/// What an id is expected to look like, for messages.
const AN_OID: &str = "an object id of 40 or 64 hexadecimal digits";

/// The environment, with errors that name the variable. An empty variable counts as unset: that is
/// how CI systems pass what they do not know.
#[derive(Clone, Copy)]
pub(super) struct Variables<'a>(pub(super) &'a dyn Fn(&str) -> Option<String>);

impl Variables<'_> {
    /// The value, where there is one.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        (self.0)(name).filter(|value| !value.is_empty())
    }

    /// Whether the variable says `true`.
    pub(super) fn says_true(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value == "true")
    }

    /// The value, which has to be there.
    pub(super) fn required(
        &self,
        name: &'static str,
        expected: &'static str,
    ) -> Result<String, EventError> {
        self.get(name).ok_or_else(|| unset(name, expected))
    }

    /// An id, or `None` where it is unset or zeros.
    pub(super) fn oid(&self, name: &'static str) -> Result<Option<ObjectId>, EventError> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let oid: ObjectId = value.parse().map_err(|_| wrong(name, AN_OID, &value))?;
        Ok(Some(oid).filter(|oid| !oid.is_zero()))
    }

    /// An id that has to be there.
    pub(super) fn commit(&self, name: &'static str) -> Result<ObjectId, EventError> {
        let value = self.required(name, AN_OID)?;
        self.oid(name)?.ok_or_else(|| wrong(name, "a commit, not zeros", &value))
    }

    /// A revision as a person writes it.
    pub(super) fn rev(&self, name: &'static str) -> Result<Option<Rev>, EventError> {
        let Some(value) = self.get(name) else { return Ok(None) };
        Rev::parse(&value).map(Some).map_err(|error| wrong(name, error.expected, &value))
    }

    /// A branch's name, without `refs/heads/`.
    pub(super) fn branch(&self, name: &'static str) -> Result<Option<String>, EventError> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let short = value.strip_prefix("refs/heads/").unwrap_or(&value);
        match is_ref_text(short) {
            true => Ok(Some(short.to_owned())),
            false => Err(wrong(name, "a branch's name", &value)),
        }
    }

    /// A ref's name, or a part of one.
    pub(super) fn ref_part(
        &self,
        name: &'static str,
        expected: &'static str,
    ) -> Result<Option<String>, EventError> {
        let Some(value) = self.get(name) else { return Ok(None) };
        match is_ref_text(&value) {
            true => Ok(Some(value)),
            false => Err(wrong(name, expected, &value)),
        }
    }

    /// An id; `None` where it is unset, or cut, as some systems show it.
    pub(super) fn short_oid(&self, name: &'static str) -> Result<Option<ObjectId>, EventError> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let cut = (7..40).contains(&value.len());
        match cut && value.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            true => Ok(None),
            false => self.oid(name),
        }
    }

    /// `true` or `false`.
    pub(super) fn flag(&self, name: &'static str) -> Result<Option<bool>, EventError> {
        match self.get(name).as_deref() {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(other) => Err(wrong(name, "`true` or `false`", other)),
        }
    }
}

/// The error for a variable that is not there.
pub(super) fn unset(name: &'static str, expected: &'static str) -> EventError {
    EventError::Variable { name, expected, found: "not set".to_owned() }
}

/// The error for a variable that holds something else.
pub(super) fn wrong(name: &'static str, expected: &'static str, value: &str) -> EventError {
    EventError::Variable { name, expected, found: quoted(value) }
}

//! The path of a request: every part of it escaped, so that no name can lead elsewhere.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::place::RepoSlug;

/// What stands in a part of a path, or in a query, as it is. A slash does not: GitHub takes
/// `heads%2Fmain` and `heads/main` alike, and other servers only the first.
const PART: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A path below the API's address, with its query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route(String);

impl Route {
    /// A path by its parts.
    #[must_use]
    pub fn new(parts: &[&str]) -> Self {
        let parts = parts.iter().map(|part| format!("/{}", utf8_percent_encode(part, PART)));
        Self(parts.collect())
    }

    /// A path below a repository.
    #[must_use]
    pub fn of(slug: &RepoSlug, parts: &[&str]) -> Self {
        let mut all = vec!["repos", slug.owner(), slug.name()];
        all.extend(parts);
        Self::new(&all)
    }

    /// With a value of the query.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.0.push(if self.0.contains('?') { '&' } else { '?' });
        self.0.push_str(&format!("{name}={}", utf8_percent_encode(value, PART)));
        self
    }

    /// The path and the query.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What another request led to, where it lies below the same address.
    pub(super) fn below(base: &str, address: &str) -> Option<Self> {
        let rest = address.strip_prefix(base)?;
        rest.starts_with('/').then(|| Self(rest.to_owned()))
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

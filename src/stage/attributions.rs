//! `.backout/attributions.toml`: which stage landed commits belong to, for history that can't be
//! rewritten. Append-only: the newest entry for a commit wins.

use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use crate::config::{ConfigError, slip};
use crate::git::ObjectId;
use crate::stage::trailer::{Claim, claim};

/// Where the file lies, beside its configuration.
pub const PATH: &str = ".backout/attributions.toml";

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The commit.
    pub commit: ObjectId,
    /// The stage that it belongs to, or foreign work.
    pub claim: Claim,
    /// Only for these paths, where given; relative to the configuration's folder.
    pub paths: Vec<String>,
}

/// Why the file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{PATH}: {message}")]
pub struct InvalidAttributions {
    message: String,
    /// The same without its place, and the bytes that it is about.
    short: String,
    span: Range<usize>,
}

impl InvalidAttributions {
    /// The same with its place in the file, as problems of the configuration are shown.
    #[must_use]
    pub fn placed(&self, path: &str, content: &[u8]) -> ConfigError {
        slip(path, content, &self.span, &self.short, EXPECTED)
    }
}

/// What the file holds.
const EXPECTED: &str = "every entry is `[[attributions]]` with `commit` (the full id), `stage` (an \
    id, or `none`) and, where it is about some paths only, `paths`; \
    `backout attribute` writes them";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(default)]
    attributions: Vec<RawEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntry {
    commit: Spanned<String>,
    stage: Spanned<String>,
    #[serde(default)]
    paths: Vec<String>,
}

/// Reads the file's entries in their order, the newest last.
pub fn parse(content: &[u8]) -> Result<Vec<Entry>, InvalidAttributions> {
    let text = std::str::from_utf8(content).map_err(|_| invalid(0..0, "it is not UTF-8"))?;
    let raw: RawFile = toml::from_str(text).map_err(|error| InvalidAttributions {
        message: error.to_string(),
        ..invalid(error.span().unwrap_or(0..0), error.message())
    })?;
    raw.attributions.into_iter().map(entry).collect()
}

fn entry(raw: RawEntry) -> Result<Entry, InvalidAttributions> {
    let commit = raw.commit.get_ref().parse();
    let commit = commit.map_err(|error| invalid(raw.commit.span(), format!("{error}")))?;
    let claim = claim(raw.stage.get_ref());
    let claim = claim.map_err(|error| invalid(raw.stage.span(), error.to_string()))?;
    Ok(Entry { commit, claim, paths: raw.paths })
}

fn invalid(span: Range<usize>, short: impl Into<String>) -> InvalidAttributions {
    let short = short.into();
    InvalidAttributions { message: short.clone(), short, span }
}

/// The text of one more entry, to be appended.
#[must_use]
pub fn render(entry: &Entry) -> String {
    let mut text = format!(
        "\n[[attributions]]\ncommit = \"{}\"\nstage = \"{}\"\n",
        entry.commit,
        match &entry.claim {
            Claim::Stage(stage) => stage.to_string(),
            Claim::Foreign => "none".to_owned(),
        }
    );
    if !entry.paths.is_empty() {
        let paths = toml::Value::from(entry.paths.clone());
        text.push_str(&format!("paths = {paths}\n"));
    }
    text
}

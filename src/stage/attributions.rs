//! `.backout/attributions.toml`: which stage landed commits belong to, for history that can't be
//! rewritten. Append-only: the newest entry for a commit wins.

use serde::Deserialize;

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
#[error("{PATH}: {0}")]
pub struct InvalidAttributions(String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(default)]
    attributions: Vec<RawEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntry {
    commit: String,
    stage: String,
    #[serde(default)]
    paths: Vec<String>,
}

/// Reads the file's entries in their order, the newest last.
pub fn parse(content: &[u8]) -> Result<Vec<Entry>, InvalidAttributions> {
    let text = std::str::from_utf8(content)
        .map_err(|_| InvalidAttributions("it is not UTF-8".to_owned()))?;
    let raw: RawFile =
        toml::from_str(text).map_err(|error| InvalidAttributions(error.to_string()))?;
    raw.attributions.into_iter().map(entry).collect()
}

fn entry(raw: RawEntry) -> Result<Entry, InvalidAttributions> {
    let commit = raw.commit.parse().map_err(|error| InvalidAttributions(format!("{error}")))?;
    let claim = claim(&raw.stage).map_err(|error| InvalidAttributions(error.to_string()))?;
    Ok(Entry { commit, claim, paths: raw.paths })
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

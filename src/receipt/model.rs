//! What a backup's receipt says.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Digest;
use crate::config::{BackupName, MigrationId};
use crate::git::Seconds;

/// Everything known of the archives of one backup: `.backout/backups/<name>.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupReceipt {
    /// The backup.
    pub backup: BackupName,
    /// The migration that it belongs to.
    pub migration: MigrationId,
    /// The archives in the order of the file; `backup create` appends. Never empty when parsed.
    pub archives: Vec<ArchiveReceipt>,
}

impl BackupReceipt {
    /// The archives in the order of their capture, oldest first, by the instant at which the
    /// capture ended. The order of the file breaks ties; it may differ after a merge.
    #[must_use]
    pub fn by_capture(&self) -> Vec<&ArchiveReceipt> {
        let mut archives: Vec<_> = self.archives.iter().collect();
        archives.sort_by_key(|archive| (archive.captured_end, archive.captured_start));
        archives
    }
}

/// What a receipt says of one archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveReceipt {
    /// The format of the archive.
    pub format: ArchiveFormat,
    /// The kind of the source.
    pub source: SourceKind,
    /// What of it was captured, without secrets: a path, a pattern of keys, a command. Always there
    /// where this program wrote the receipt.
    pub from: Option<String>,
    /// When the capture began.
    pub captured_start: Seconds,
    /// When the capture ended; never before its start.
    pub captured_end: Seconds,
    /// The environment it was taken from, as its author called it.
    pub environment: Option<String>,
    /// Where it is kept, for people: a path or URL without secrets.
    pub place: String,
    /// The stored files; at least one.
    pub files: Vec<StoredFile>,
    /// The number of entries.
    pub entries: u64,
    /// The size of all content, in bytes, before any framing.
    pub payload_bytes: u64,
    /// The server it was taken from.
    pub server: Option<Server>,
    /// The expiries of what was captured, where anything in it expires.
    pub expiring: Option<Expiring>,
    /// The last rehearsal: a restore to somewhere else.
    pub rehearsed: Option<Rehearsal>,
}

/// The format of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArchiveFormat {
    /// backout's own, of this version: `backout-archive/1`.
    Backout(u32),
    /// Any other; the guard calls it foreign.
    Other(String),
}

impl ArchiveFormat {
    /// How the labels of backout's own formats begin.
    pub const OWN: &str = "backout-archive/";

    /// Reads a label.
    #[must_use]
    pub fn from_label(label: &str) -> Self {
        let version = label.strip_prefix(Self::OWN).and_then(|text| text.parse().ok());
        match version.map(Self::Backout) {
            Some(Self::Backout(0)) => Self::Other(label.to_owned()),
            // `+1` and `01` parse as well, and are not what this program writes.
            Some(format) if format.to_string() == label => format,
            _ => Self::Other(label.to_owned()),
        }
    }
}

impl fmt::Display for ArchiveFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Backout(version) => write!(f, "{}{version}", Self::OWN),
            Self::Other(label) => f.write_str(label),
        }
    }
}

/// The kind of a source, by the word that the configuration uses for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SourceKind {
    /// Keys of a Redis server.
    Redis,
    /// A file or a folder that a program exported.
    File,
    /// A command's standard output.
    Command,
}

impl SourceKind {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Redis => "redis",
            Self::File => "file",
            Self::Command => "command",
        }
    }
}

impl FromStr for SourceKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Redis, Self::File, Self::Command]
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or(())
    }
}

/// One file in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// Its name within the store: one component, never a path.
    pub name: String,
    /// The SHA-256 of all its bytes.
    pub sha256: Digest,
    /// Its size in bytes.
    pub size: u64,
}

/// The server that data was taken from: a newer one's data may not load into an older one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// `redis`, `valkey`, …
    pub kind: String,
    /// Its version, as it says it.
    pub version: String,
    /// The version of its RDB format, where it has one.
    pub rdb_version: Option<u32>,
}

/// Keys that expire by themselves: from then on a restore no longer brings them back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expiring {
    /// How many keys expire.
    pub count: u64,
    /// When the first of them expires.
    pub earliest: Seconds,
    /// When the last of them expires.
    pub latest: Seconds,
}

/// A restore to where it hurts nobody, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rehearsal {
    /// When.
    pub at: Seconds,
    /// Where to, without secrets.
    pub target: String,
    /// What came of it.
    pub result: RehearsalResult,
}

/// What came of a rehearsal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RehearsalResult {
    /// What was restored equals what was captured.
    Passed,
    /// It does not, or the restore failed.
    Failed,
}

impl RehearsalResult {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
        }
    }
}

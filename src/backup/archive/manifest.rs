//! The manifest: what an archive says of itself, as JSON.
//!
//! Keys: `format_version`, `backup`, `migration`, `tool`, `source`, `captured`, `environment`,
//! `entries`, `payload_bytes`, `point_in_time`, `server`, `expiries`, `command`. Times stand in
//! `captured` as seconds since 1970 (`start`, `end`) and again as RFC 3339 text (`start_text`,
//! `end_text`); the two must agree.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::FORMAT_VERSION;
use crate::config::{BackupName, MigrationId};
use crate::git::Seconds;
use crate::receipt::{Digest, Server, SourceKind, instant_text};

/// What an archive says of itself. It holds no secrets: URLs and arguments are redacted before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The backup.
    pub backup: BackupName,
    /// The migration that it belongs to.
    pub migration: MigrationId,
    /// The program that wrote it: `backout 0.1.0`.
    pub tool: String,
    /// What was captured.
    pub source: SourceDescription,
    /// When the capture began.
    pub captured_start: Seconds,
    /// When it ended; never before its start.
    pub captured_end: Seconds,
    /// The environment it was taken from, as its author called it.
    pub environment: Option<String>,
    /// The number of entries.
    pub entries: u64,
    /// The size of all content, in bytes.
    pub payload_bytes: u64,
    /// Whether everything in it is as of one moment; `None` where backout cannot know.
    pub point_in_time: Option<bool>,
    /// The server it was taken from.
    pub server: Option<Server>,
    /// The expiries of what was captured, where anything in it expires.
    pub expiries: Option<Expiries>,
    /// How the command ended, for a command's output.
    pub command: Option<CommandRun>,
}

/// What was captured, without secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum SourceDescription {
    /// Keys of a Redis server.
    Redis {
        /// The keys, as for SCAN's MATCH.
        pattern: String,
    },
    /// A file or a folder.
    File {
        /// The path, as the configuration has it.
        path: String,
        /// A folder's own Unix permission bits, up to 0o7777: it is no entry itself. Archives of
        /// earlier programs do not have them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mode: Option<u32>,
    },
    /// A command's standard output.
    Command {
        /// The program and its arguments.
        argv: Vec<String>,
    },
}

/// How many characters of a source its text keeps.
const LONGEST: usize = 300;

/// A path without what makes no other one of it: `./` in front, and slashes at its end.
fn same_path(path: &str) -> &str {
    match path.strip_prefix("./").unwrap_or(path).trim_end_matches('/') {
        "" => path,
        shorter => shorter,
    }
}

/// A character, or its escape where it would not stay on its line.
fn printable(character: char) -> impl Iterator<Item = char> {
    let escaped = character.is_control().then(|| character.escape_default());
    let plain = escaped.is_none().then_some(character);
    plain.into_iter().chain(escaped.into_iter().flatten())
}

impl SourceDescription {
    /// The permission bits of the folder that was captured, where it was one.
    #[must_use]
    pub const fn folder_mode(&self) -> Option<u32> {
        match self {
            Self::File { mode, .. } => *mode,
            Self::Redis { .. } | Self::Command { .. } => None,
        }
    }

    /// What was captured, in one line: the keys' pattern, the path, or the command as a shell takes
    /// it. A long one is cut, and told from others by its digest.
    #[must_use]
    pub fn text(&self) -> String {
        let whole = match self {
            Self::Redis { pattern } => pattern.clone(),
            Self::File { path, .. } => same_path(path).to_owned(),
            Self::Command { argv } => {
                shlex::try_join(argv.iter().map(String::as_str)).unwrap_or_else(|_| argv.join(" "))
            }
        };
        let line: String = whole.chars().flat_map(printable).collect();
        match line.char_indices().nth(LONGEST) {
            None => line,
            Some((end, _)) => {
                let digest = Digest::of(whole.as_bytes()).short();
                format!("{}… ({digest})", line.get(..end).unwrap_or_default())
            }
        }
    }

    /// The kind of the source.
    #[must_use]
    pub const fn kind(&self) -> SourceKind {
        match self {
            Self::Redis { .. } => SourceKind::Redis,
            Self::File { .. } => SourceKind::File,
            Self::Command { .. } => SourceKind::Command,
        }
    }
}

/// When captured keys expire by themselves, in milliseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expiries {
    /// How many keys expire; at least 1.
    pub count: u64,
    /// When the first of them expires.
    pub earliest_ms: i64,
    /// When the last of them expires.
    pub latest_ms: i64,
    /// Each key's name, or the digest of its name, with its expiry, where they are listed.
    pub keys: Option<BTreeMap<String, i64>>,
}

/// How a command ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandRun {
    /// Its exit code.
    pub exit_code: i32,
    /// What it wrote to stderr, redacted and cut.
    pub stderr: String,
    /// Whether more was written than `stderr` holds.
    pub stderr_cut: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Json {
    format_version: u32,
    backup: String,
    migration: String,
    tool: String,
    source: SourceDescription,
    captured: JsonCaptured,
    environment: Option<String>,
    entries: u64,
    payload_bytes: u64,
    point_in_time: Option<bool>,
    server: Option<Server>,
    expiries: Option<Expiries>,
    command: Option<CommandRun>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonCaptured {
    start: i64,
    start_text: String,
    end: i64,
    end_text: String,
}

/// The manifest as JSON.
pub(super) fn encode(manifest: &Manifest) -> Vec<u8> {
    let manifest = manifest.clone();
    let json = Json {
        format_version: FORMAT_VERSION,
        backup: manifest.backup.to_string(),
        migration: manifest.migration.to_string(),
        tool: manifest.tool,
        source: manifest.source,
        captured: JsonCaptured {
            start: manifest.captured_start.0,
            start_text: instant_text(manifest.captured_start),
            end: manifest.captured_end.0,
            end_text: instant_text(manifest.captured_end),
        },
        environment: manifest.environment,
        entries: manifest.entries,
        payload_bytes: manifest.payload_bytes,
        point_in_time: manifest.point_in_time,
        server: manifest.server,
        expiries: manifest.expiries,
        command: manifest.command,
    };
    // Strings, numbers and string keys: there is nothing in it that JSON cannot say.
    serde_json::to_vec_pretty(&json).unwrap_or_default()
}

/// Reads a manifest; the error says what is wrong with it.
pub(super) fn decode(bytes: &[u8]) -> Result<Manifest, String> {
    let json: Json = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if json.format_version != FORMAT_VERSION {
        return Err("its format version is not that of the head".to_owned());
    }
    check(&json)?;
    Ok(Manifest {
        backup: json.backup.parse().map_err(|error| format!("backup: {error}"))?,
        migration: json.migration.parse().map_err(|error| format!("migration: {error}"))?,
        tool: json.tool,
        source: json.source,
        captured_start: Seconds(json.captured.start),
        captured_end: Seconds(json.captured.end),
        environment: json.environment,
        entries: json.entries,
        payload_bytes: json.payload_bytes,
        point_in_time: json.point_in_time,
        server: json.server,
        expiries: json.expiries,
        command: json.command,
    })
}

fn check(json: &Json) -> Result<(), &'static str> {
    let times = &json.captured;
    if instant_text(Seconds(times.start)) != times.start_text
        || instant_text(Seconds(times.end)) != times.end_text
    {
        return Err("a time and its text differ");
    }
    if times.end < times.start {
        return Err("the capture ends before it begins");
    }
    if json.source.folder_mode().is_some_and(|mode| mode > 0o7777) {
        return Err("the folder's mode is none");
    }
    let is_command = json.source.kind() == SourceKind::Command;
    if json.command.is_some() != is_command {
        return Err("`command` is there for a command's output, and only for that");
    }
    if json.command.as_ref().is_some_and(|run| run.exit_code != 0) {
        return Err("the command failed");
    }
    json.expiries.as_ref().map_or(Ok(()), check_expiries)
}

fn check_expiries(expiries: &Expiries) -> Result<(), &'static str> {
    if expiries.count == 0 || expiries.latest_ms < expiries.earliest_ms {
        return Err("the expiries contradict themselves");
    }
    let Some(keys) = &expiries.keys else { return Ok(()) };
    let agrees = u64::try_from(keys.len()) == Ok(expiries.count)
        && keys.values().min() == Some(&expiries.earliest_ms)
        && keys.values().max() == Some(&expiries.latest_ms);
    if agrees { Ok(()) } else { Err("the list of expiries and its summary differ") }
}

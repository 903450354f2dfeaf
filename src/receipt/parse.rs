//! Strict reading of receipts: every value in its type and range, or an error with its place.

use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;
use toml::value::{Datetime, Offset};

use super::{
    ArchiveFormat, ArchiveReceipt, BackupReceipt, Digest, Expiring, MAX_BYTES, Rehearsal,
    RehearsalResult, Server, StoredFile, VERSION,
};
use crate::git::Seconds;

/// Why bytes are no receipt that this build can use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct ReceiptError {
    /// What kind of problem it is.
    pub problem: ReceiptProblem,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// What is wrong, and what was expected.
    pub message: String,
}

/// What kind of problem a receipt has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReceiptProblem {
    /// It is damaged, or was written by hand with mistakes.
    Malformed,
    /// A newer backout wrote it, in this version of the format.
    Newer {
        /// The version it states.
        version: i64,
    },
}

/// A problem at a range of bytes; becomes a [`ReceiptError`] once the text is at hand.
struct Fault {
    span: Range<usize>,
    message: String,
}

type Parsed<T> = Result<T, Fault>;

fn fault<T>(span: Range<usize>, message: impl Into<String>) -> Parsed<T> {
    Err(Fault { span, message: message.into() })
}

#[derive(Deserialize)]
struct VersionOnly {
    version: Option<Spanned<toml::Value>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawReceipt {
    version: Spanned<i64>,
    backup: Spanned<String>,
    migration: Spanned<String>,
    #[serde(default)]
    archives: Vec<Spanned<RawArchive>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawArchive {
    format: Spanned<String>,
    source: Spanned<String>,
    from: Option<Spanned<String>>,
    captured_start: Spanned<Datetime>,
    captured_end: Spanned<Datetime>,
    environment: Option<Spanned<String>>,
    place: Spanned<String>,
    files: Spanned<Vec<RawFile>>,
    entries: Spanned<i64>,
    payload_bytes: Spanned<i64>,
    expiring: Option<Spanned<i64>>,
    expires_earliest: Option<Spanned<Datetime>>,
    expires_latest: Option<Spanned<Datetime>>,
    server: Option<RawServer>,
    rehearsed: Option<RawRehearsal>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    name: Spanned<String>,
    sha256: Spanned<String>,
    size: Spanned<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawServer {
    kind: Spanned<String>,
    version: Spanned<String>,
    rdb_version: Option<Spanned<i64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRehearsal {
    at: Spanned<Datetime>,
    target: Spanned<String>,
    result: Spanned<String>,
}

/// Reads a receipt, strictly: unknown keys, doubtful values and more than [`MAX_BYTES`] are errors.
pub fn parse(bytes: &[u8]) -> Result<BackupReceipt, ReceiptError> {
    let whole_file = |message: String| located("", &Fault { span: 0..0, message });
    if bytes.len() > MAX_BYTES {
        return Err(whole_file(format!("a receipt has at most {MAX_BYTES} bytes")));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let valid = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
        let span = valid.len()..valid.len();
        located(&valid, &Fault { span, message: "these bytes are not UTF-8".to_owned() })
    })?;
    refuse_newer(text)?;
    let raw: RawReceipt = toml::from_str(text).map_err(|error| located(text, &error.into()))?;
    receipt(&raw).map_err(|fault| located(text, &fault))
}

/// Looks at the version alone first: a newer receipt has keys that this build does not know.
fn refuse_newer(text: &str) -> Result<(), ReceiptError> {
    let probe: VersionOnly = toml::from_str(text).map_err(|error| located(text, &error.into()))?;
    let Some(stated) = probe.version else { return Ok(()) };
    match stated.get_ref().as_integer() {
        Some(version) if version > VERSION => {
            let message = format!(
                "this receipt has version {version}, this build reads version {VERSION}: a newer \
                 backout wrote it"
            );
            let error = located(text, &Fault { span: stated.span(), message });
            Err(ReceiptError { problem: ReceiptProblem::Newer { version }, ..error })
        }
        _ => Ok(()),
    }
}

fn receipt(raw: &RawReceipt) -> Parsed<BackupReceipt> {
    if *raw.version.get_ref() != VERSION {
        return fault(raw.version.span(), format!("expected version = {VERSION}"));
    }
    let end = raw.migration.span();
    let backup = id(&raw.backup)?;
    let migration = id(&raw.migration)?;
    let archives: Vec<_> =
        raw.archives.iter().map(|spanned| archive(spanned.get_ref())).collect::<Parsed<_>>()?;
    if archives.is_empty() {
        return fault(end, "expected at least one [[archives]]");
    }
    Ok(BackupReceipt { backup, migration, archives })
}

fn archive(raw: &RawArchive) -> Parsed<ArchiveReceipt> {
    let captured_start = instant(&raw.captured_start)?;
    let captured_end = instant(&raw.captured_end)?;
    if captured_end < captured_start {
        return fault(raw.captured_end.span(), "captured_end is before captured_start");
    }
    let Ok(source) = raw.source.get_ref().parse() else {
        return fault(raw.source.span(), "expected \"redis\", \"file\" or \"command\"");
    };
    let (format, files) = (format(&raw.format)?, files(&raw.files)?);
    Ok(ArchiveReceipt {
        place: place(&raw.place, &format, &files)?,
        format,
        source,
        from: raw.from.as_ref().map(text).transpose()?,
        captured_start,
        captured_end,
        environment: raw.environment.as_ref().map(text).transpose()?,
        entries: count(&raw.entries)?,
        payload_bytes: count(&raw.payload_bytes)?,
        expiring: expiring(raw)?,
        files,
        server: raw.server.as_ref().map(server).transpose()?,
        rehearsed: raw.rehearsed.as_ref().map(rehearsal).transpose()?,
    })
}

/// A version of backout's own format that never was is damage; it is neither foreign nor newer.
fn format(raw: &Spanned<String>) -> Parsed<ArchiveFormat> {
    match ArchiveFormat::from_label(&text(raw)?) {
        ArchiveFormat::Other(label) if label.starts_with(ArchiveFormat::OWN) => fault(
            raw.span(),
            format!("there never was a format `{label}`: expected \"{}1\"", ArchiveFormat::OWN),
        ),
        format => Ok(format),
    }
}

/// Where an archive is kept. How others write it down for their formats is their affair.
fn place(raw: &Spanned<String>, format: &ArchiveFormat, files: &[StoredFile]) -> Parsed<String> {
    let place = text(raw)?;
    let is_own = matches!(format, ArchiveFormat::Backout(_));
    let last = place.rsplit(['/', '\\']).next().unwrap_or_default();
    if is_own && !files.iter().any(|file| file.name == last) {
        let name = files.first().map(|file| file.name.as_str()).unwrap_or_default();
        return fault(
            raw.span(),
            format!("expected a place that ends with the archive's file name, `/{name}`"),
        );
    }
    Ok(place)
}

fn expiring(raw: &RawArchive) -> Parsed<Option<Expiring>> {
    match (&raw.expiring, &raw.expires_earliest, &raw.expires_latest) {
        (None, None, None) => Ok(None),
        (Some(number), Some(earliest), Some(latest)) => {
            let (first, last) = (instant(earliest)?, instant(latest)?);
            if last < first {
                return fault(latest.span(), "expires_latest is before expires_earliest");
            }
            match count(number)? {
                0 => fault(number.span(), "expected at least 1; leave the three keys out for none"),
                count => Ok(Some(Expiring { count, earliest: first, latest: last })),
            }
        }
        _ => fault(
            raw.entries.span(),
            "expiring, expires_earliest and expires_latest come together or not at all",
        ),
    }
}

fn files(raw: &Spanned<Vec<RawFile>>) -> Parsed<Vec<StoredFile>> {
    let mut files: Vec<StoredFile> = Vec::new();
    for file in raw.get_ref() {
        let stored = StoredFile {
            name: file_name(&file.name)?,
            sha256: digest(&file.sha256)?,
            size: count(&file.size)?,
        };
        if files.iter().any(|other| other.name == stored.name) {
            return fault(file.name.span(), "this file name stands here twice");
        }
        files.push(stored);
    }
    if files.is_empty() {
        return fault(raw.span(), "expected at least one file");
    }
    Ok(files)
}

fn server(raw: &RawServer) -> Parsed<Server> {
    let rdb_version = match &raw.rdb_version {
        None => None,
        Some(number) => match u32::try_from(*number.get_ref()) {
            Ok(version) => Some(version),
            Err(_) => return fault(number.span(), "expected a version number from 0 on"),
        },
    };
    Ok(Server { kind: text(&raw.kind)?, version: text(&raw.version)?, rdb_version })
}

fn rehearsal(raw: &RawRehearsal) -> Parsed<Rehearsal> {
    let result = match raw.result.get_ref().as_str() {
        "passed" => RehearsalResult::Passed,
        "failed" => RehearsalResult::Failed,
        _ => return fault(raw.result.span(), "expected \"passed\" or \"failed\""),
    };
    Ok(Rehearsal { at: instant(&raw.at)?, target: text(&raw.target)?, result })
}

fn id<T: std::str::FromStr<Err: std::fmt::Display>>(raw: &Spanned<String>) -> Parsed<T> {
    raw.get_ref().parse().or_else(|error: T::Err| fault(raw.span(), error.to_string()))
}

fn text(raw: &Spanned<String>) -> Parsed<String> {
    let text = raw.get_ref();
    if text.is_empty() || text.len() > 4096 || text.chars().any(char::is_control) {
        return fault(raw.span(), "expected 1 to 4096 bytes of text on one line");
    }
    Ok(text.clone())
}

/// A store is asked for this name, so it must not lead anywhere else.
fn file_name(raw: &Spanned<String>) -> Parsed<String> {
    let name = text(raw)?;
    if name.contains(['/', '\\', ':']) || name == "." || name == ".." || name.len() > 255 {
        return fault(raw.span(), "expected a file name without a folder");
    }
    Ok(name)
}

fn digest(raw: &Spanned<String>) -> Parsed<Digest> {
    raw.get_ref()
        .parse()
        .or_else(|error: super::InvalidDigest| fault(raw.span(), error.to_string()))
}

fn count(raw: &Spanned<i64>) -> Parsed<u64> {
    u64::try_from(*raw.get_ref()).or_else(|_| fault(raw.span(), "expected a number from 0 on"))
}

fn instant(raw: &Spanned<Datetime>) -> Parsed<Seconds> {
    let stated = raw.get_ref();
    let utc = matches!(stated.offset, Some(Offset::Z | Offset::Custom { minutes: 0 }));
    let whole = stated.time.is_some_and(|time| {
        time.nanosecond.unwrap_or(0) == 0 && time.second.is_some_and(|second| second < 60)
    });
    let date = Datetime { offset: Some(Offset::Z), ..*stated };
    match date.to_string().parse::<jiff::Timestamp>() {
        Ok(timestamp) if utc && whole => Ok(Seconds(timestamp.as_second())),
        _ => fault(raw.span(), "expected a time in UTC, whole seconds: 2026-10-03T12:00:00Z"),
    }
}

impl From<toml::de::Error> for Fault {
    fn from(error: toml::de::Error) -> Self {
        Self { span: error.span().unwrap_or(0..0), message: error.message().to_owned() }
    }
}

fn located(text: &str, fault: &Fault) -> ReceiptError {
    let before = text.get(..fault.span.start).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    ReceiptError {
        problem: ReceiptProblem::Malformed,
        line: u32::try_from(line).unwrap_or(u32::MAX),
        column: u32::try_from(column).unwrap_or(u32::MAX),
        message: fault.message.clone(),
    }
}

//! Making a backup: capture, archive, and the lines of the receipt that tell of it.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use super::archive::{EntryWriter, Manifest, SourceDescription, Totals, Written, shown_path};
use super::redact;
use super::source::{command, file};
use super::store::FolderStore;
use crate::config::{Backup, Migration, Source, Store};
use crate::exit::Failure;
use crate::git::Seconds;
use crate::interrupt::{self, Stopping};
use crate::receipt::{ArchiveFormat, ArchiveReceipt, Expiring, StoredFile};

/// What to back up, and what it needs of the outside.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The root of the work tree.
    pub root: &'a Path,
    /// The migration that the backup belongs to.
    pub migration: &'a Migration,
    /// The backup.
    pub backup: &'a Backup,
    /// What the environment is called: 1 to 100 characters on one line.
    pub environment: Option<&'a str>,
    /// The clock, asked before and after the capture.
    pub clock: &'a dyn Fn() -> Seconds,
}

/// A backup that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created {
    /// Where the archive lies.
    pub path: PathBuf,
    /// What the archive says of itself.
    pub manifest: Manifest,
    /// What the receipt has to say of it.
    pub receipt: ArchiveReceipt,
}

struct Captured {
    manifest: Manifest,
    totals: Totals,
}

/// Captures a backup and puts its archive into the store. The receipt is the caller's to write,
/// once this has succeeded; where it fails, no archive is left.
///
/// # Errors
/// Exit 1: the source has nothing that could be restored. 2: the source is of a kind that this
/// build cannot read, or the label is none. 3: the source failed, or changed while it was read.
/// 5: the store. 130: the user wanted an end of it.
pub fn create(request: Request<'_>, progress: &mut dyn Write) -> Result<Created, Failure> {
    check_request(request)?;
    try_create(request, progress).map_err(|failure| {
        // Whatever failed, failed because of that.
        if interrupt::is_requested() { interrupt::failure("no backup was made") } else { failure }
    })
}

fn try_create(request: Request<'_>, progress: &mut dyn Write) -> Result<Created, Failure> {
    let base = request.root.join(&request.migration.folder);
    let store = FolderStore::open(request.root, &base, &request.backup.store)?;
    let mut spool = store.spool()?;
    let captured = capture(request, &base, &store, &mut spool, progress)?;
    let (name, written) = store.publish(&captured.manifest, spool, &captured.totals)?;
    let manifest = Manifest {
        entries: captured.totals.entries(),
        payload_bytes: captured.totals.payload_bytes(),
        ..captured.manifest
    };
    let receipt = receipt(&manifest, store.place(&name), &name, &written);
    Ok(Created { path: store.path().join(name), manifest, receipt })
}

fn check_request(request: Request<'_>) -> Result<(), Failure> {
    if let Source::Redis { .. } = request.backup.source {
        let message = format!(
            "the backup `{}` has a source of kind `redis`; \
             this build reads `file` and `command` only",
            request.backup.name
        );
        let help = "a source of kind `command` that runs `redis-cli --rdb -` keeps keys, types and \
                    expiries";
        return Err(Failure::usage(message).help(help));
    }
    if let Store::Remote(_) = request.backup.store {
        return super::store::folder_of(&request.backup.store, request.root).map(drop);
    }
    let good = |label: &str| {
        (1..=100).contains(&label.chars().count()) && !label.chars().any(char::is_control)
    };
    match request.environment {
        Some(label) if !good(label) => Err(Failure::usage(
            "an environment's label has 1 to 100 characters on one line: \
             `--environment production`",
        )),
        _ => Ok(()),
    }
}

/// A source as manifests and receipts tell of it, without secrets.
#[must_use]
pub fn describe(source: &Source) -> SourceDescription {
    described(source, None)
}

fn described(source: &Source, mode: Option<u32>) -> SourceDescription {
    match source {
        Source::File { path } => SourceDescription::File { path: path.clone(), mode },
        Source::Command { argv, .. } => SourceDescription::Command { argv: redact::argv(argv) },
        Source::Redis { pattern, .. } => SourceDescription::Redis { pattern: pattern.clone() },
    }
}

fn capture(
    request: Request<'_>,
    base: &Path,
    store: &FolderStore,
    spool: &mut std::fs::File,
    progress: &mut dyn Write,
) -> Result<Captured, Failure> {
    let mut out = EntryWriter::new(BufWriter::new(Stopping(spool)));
    let start = (request.clock)();
    let mut run = None;
    let mut mode = None;
    match &request.backup.source {
        Source::File { path } => {
            let path_there = base.join(path);
            refuse_store_within(&path_there, store)?;
            mode = file::capture(&path_there, &mut out)?;
        }
        Source::Command { argv, timeout } => {
            let job = command::Job { argv, folder: base, timeout: *timeout };
            run = Some(command::capture(job, &mut out, progress)?);
        }
        Source::Redis { .. } => {}
    }
    let source = described(&request.backup.source, mode);
    // A clock that was set back must not make an archive that nothing would read.
    let end = (request.clock)().max(start);
    let (_, totals) = out.finish().map_err(|error| {
        Failure::refused(format!("the store `{}` is full: {error}", shown_path(store.path())))
    })?;
    let manifest = Manifest {
        backup: request.backup.name.clone(),
        migration: request.migration.id.clone(),
        tool: concat!("backout ", env!("CARGO_PKG_VERSION")).to_owned(),
        // Files are compared before and after; what a command does is its own affair.
        point_in_time: matches!(source, SourceDescription::File { .. }).then_some(true),
        source,
        captured_start: start,
        captured_end: end,
        environment: request.environment.map(str::to_owned),
        entries: 0,
        payload_bytes: 0,
        server: None,
        expiries: None,
        command: run,
    };
    Ok(Captured { manifest, totals })
}

/// A store within its own source would grow by every backup made, and change while it is read.
fn refuse_store_within(source: &Path, store: &FolderStore) -> Result<(), Failure> {
    match source.canonicalize() {
        Ok(source) if store.path().starts_with(&source) => Err(Failure::usage(format!(
            "the store `{}` lies within what is backed up, `{}`",
            shown_path(store.path()),
            shown_path(&source)
        ))
        .help("give a store elsewhere")),
        _ => Ok(()),
    }
}

/// What a receipt says of the expiries in an archive.
pub(super) fn expiring(manifest: &Manifest) -> Option<Expiring> {
    manifest.expiries.as_ref().map(|expiries| Expiring {
        count: expiries.count,
        earliest: Seconds(expiries.earliest_ms.div_euclid(1000)),
        latest: Seconds(expiries.latest_ms.div_euclid(1000)),
    })
}

fn receipt(manifest: &Manifest, place: String, name: &str, written: &Written) -> ArchiveReceipt {
    ArchiveReceipt {
        format: ArchiveFormat::Backout(super::archive::FORMAT_VERSION),
        source: manifest.source.kind(),
        from: Some(manifest.source.text()),
        captured_start: manifest.captured_start,
        captured_end: manifest.captured_end,
        environment: manifest.environment.clone(),
        place,
        files: vec![StoredFile {
            name: name.to_owned(),
            sha256: written.digest,
            size: written.size,
        }],
        entries: manifest.entries,
        payload_bytes: manifest.payload_bytes,
        server: manifest.server.clone(),
        expiring: expiring(manifest),
        rehearsed: None,
    }
}

//! `backup verify`: archives held against their own checksums, and against their receipts.

use std::io::{self, BufReader};
use std::path::Path;

use super::archive::{
    ArchiveError, Depth, FORMAT_VERSION, Item, Manifest, Reader, SourceDescription, Verified,
    shown_path, verify,
};
use super::create::expiring;
use super::hollow::{self, Beginning, Compressed};
use super::identify::{Foreign, Identity, identify_file};
use super::plain;
use super::store::place_in;
use crate::config::{BackupName, MigrationId, Store};
use crate::receipt::{ArchiveFormat, ArchiveReceipt, BackupReceipt, StoredFile, quoted};

/// What came of checking one archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checked {
    /// Nothing is wrong with what was looked at.
    Good(Box<Verified>),
    /// It cannot be relied on.
    Bad(Problem),
    /// It could not be checked, which is never a pass.
    Unknown {
        /// Why not.
        message: String,
        /// What helps.
        help: String,
    },
}

/// What is wrong with an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The finding's code: `backup/corrupt`.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What helps.
    pub help: String,
}

/// Whose archive a receipt tells of.
#[derive(Debug, Clone, Copy)]
pub struct Owner<'a> {
    /// The backup.
    pub backup: &'a BackupName,
    /// Its migration.
    pub migration: &'a MigrationId,
}

/// A store: as this machine reaches it, and as the configuration names it.
#[derive(Debug, Clone, Copy)]
pub struct Shelf<'a> {
    /// The folder.
    pub folder: &'a Path,
    /// Its name.
    pub store: &'a Store,
}

/// Checks the archive at `path`, offline.
#[must_use]
pub fn check_file(path: &Path, depth: Depth) -> Checked {
    let verified = match plain::open(path) {
        Ok(file) => verify(BufReader::new(file), depth),
        Err(error) => Err(ArchiveError::Io(error)),
    };
    match verified {
        Ok(verified) => match holds_nothing(path, &verified) {
            Ok(None) => Checked::Good(Box::new(verified)),
            Ok(Some(format)) => empty(path, format),
            Err(ArchiveError::Io(error)) => unknown(path, &error),
            Err(error) => corrupt(path, &error.to_string()),
        },
        Err(ArchiveError::Io(error)) => unknown(path, &error),
        Err(ArchiveError::Foreign) => foreign(path),
        Err(error @ ArchiveError::Newer { .. }) => Checked::Bad(Problem {
            code: "backup/incompatible",
            message: format!("`{}`: {error}", shown_path(path)),
            help: NEWER.to_owned(),
        }),
        Err(error @ ArchiveError::Corrupt { .. }) => corrupt(path, &error.to_string()),
    }
}

/// Checks every archive of a receipt in the store's folder, oldest first: present, of the stated
/// size and digest, intact, the one that the receipt tells of, and kept where it says. A quick check
/// leaves the digest out. Names go with the results.
#[must_use]
pub fn check_receipt(
    receipt: &BackupReceipt,
    shelf: Shelf<'_>,
    depth: Depth,
) -> Vec<(String, Checked)> {
    let owner = Owner { backup: &receipt.backup, migration: &receipt.migration };
    let mut results = Vec::new();
    for archive in receipt.by_capture() {
        for file in &archive.files {
            let checked = check_stored(owner, archive, file, shelf.folder, depth);
            let checked = check_place(archive, shelf.store, checked);
            results.push((file.name.clone(), checked));
        }
    }
    results
}

/// Checks every byte of one archive of a receipt, in a store whose folder is within reach: there an
/// archive that is absent is lost, not out of sight.
#[must_use]
pub fn check_archive(owner: Owner<'_>, archive: &ArchiveReceipt, shelf: Shelf<'_>) -> Checked {
    let store = shelf.folder;
    if !store.is_dir() {
        return Checked::Unknown {
            message: format!("the store `{}` is not here", shown_path(store)),
            help: "run this where the store can be reached, or mount it there".to_owned(),
        };
    }
    let store = store.canonicalize().unwrap_or_else(|_| store.to_owned());
    let mut last = None;
    for file in &archive.files {
        match check_in_reach(owner, archive, file, &store) {
            Checked::Good(verified) => last = Some(Checked::Good(verified)),
            other => return other,
        }
    }
    let checked = last.unwrap_or_else(|| Checked::Unknown {
        message: "the receipt names no file".to_owned(),
        help: "restore it from history".to_owned(),
    });
    check_place(archive, shelf.store, checked)
}

fn check_in_reach(
    owner: Owner<'_>,
    archive: &ArchiveReceipt,
    file: &StoredFile,
    store: &Path,
) -> Checked {
    let path = store.join(&file.name);
    match path.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Checked::Bad(Problem {
            code: "backup/missing",
            message: format!(
                "the store has no `{}`, of which the receipt tells",
                shown_path(&path)
            ),
            help: format!(
                "put it back, or take the backup again while the data is still there: `backout \
                 backup create {}`",
                owner.backup
            ),
        }),
        _ => check_stored(owner, archive, file, store, Depth::Full),
    }
}

/// Checks one file of a receipt's archive, in the folder that it lies in.
pub(super) fn check_stored(
    owner: Owner<'_>,
    archive: &ArchiveReceipt,
    file: &StoredFile,
    store: &Path,
    depth: Depth,
) -> Checked {
    let path = store.join(&file.name);
    if let Some(problem) = unreadable(archive, file) {
        return Checked::Bad(problem);
    }
    match check_file(&path, depth) {
        Checked::Good(verified) => match mismatch(owner, archive, file, &verified) {
            Some(what) => corrupt(&path, what),
            None => Checked::Good(verified),
        },
        Checked::Unknown { message, help } => {
            let message = format!("{message} (the receipt says: {})", archive.place);
            Checked::Unknown { message, help }
        }
        bad @ Checked::Bad(_) => bad,
    }
}

/// Why nothing is to be read of an archive, by the format that its receipt gives it.
fn unreadable(archive: &ArchiveReceipt, file: &StoredFile) -> Option<Problem> {
    let (code, help) = match &archive.format {
        ArchiveFormat::Other(_) => ("backup/foreign-format", INSTEAD),
        ArchiveFormat::Backout(version) if *version > FORMAT_VERSION => {
            ("backup/incompatible", NEWER)
        }
        ArchiveFormat::Backout(_) => return None,
    };
    let (name, format) = (&file.name, &archive.format);
    let message = format!("`{name}`: the receipt says that its format is `{format}`");
    Some(Problem { code, message, help: help.to_owned() })
}

/// Whoever looks for an archive years later goes by its receipt: a good one has to be kept where that
/// says.
fn check_place(archive: &ArchiveReceipt, store: &Store, checked: Checked) -> Checked {
    let places: Vec<_> = archive.files.iter().map(|file| place_in(store, &file.name)).collect();
    match (checked, places.first()) {
        (Checked::Good(_), Some(first)) if !places.contains(&archive.place) => {
            Checked::Bad(Problem {
                code: "backup/corrupt",
                message: format!(
                    "it is whole, but its receipt says that it is kept as `{}`, and by the \
                     configuration that is `{first}`",
                    archive.place
                ),
                help: format!(
                    "where the store was moved, say so in the receipt: `place = {}`; where it was \
                     not, `git log -p` shows who changed that line",
                    quoted(first)
                ),
            })
        }
        (checked, _) => checked,
    }
}

/// How a good archive differs from what its receipt says.
pub(super) fn mismatch(
    owner: Owner<'_>,
    archive: &ArchiveReceipt,
    file: &StoredFile,
    verified: &Verified,
) -> Option<&'static str> {
    if verified.size != file.size {
        return Some("its size is not the receipt's: it is another archive");
    }
    if verified.digest.is_some_and(|digest| digest != file.sha256) {
        return Some("its SHA-256 is not the receipt's: it is another archive");
    }
    let manifest = &verified.manifest;
    let same_backup = manifest.backup == *owner.backup && manifest.migration == *owner.migration;
    if same_backup && same_capture(manifest, archive) {
        return None;
    }
    Some("its manifest says something else than the receipt does")
}

fn same_capture(manifest: &Manifest, archive: &ArchiveReceipt) -> bool {
    manifest.captured_start == archive.captured_start
        && manifest.captured_end == archive.captured_end
        && manifest.source.kind() == archive.source
        && archive.from.as_ref().is_none_or(|from| *from == manifest.source.text())
        && manifest.environment == archive.environment
        && manifest.entries == archive.entries
        && manifest.payload_bytes == archive.payload_bytes
        && manifest.server == archive.server
        && expiring(manifest) == archive.expiring
}

const NEWER: &str = "use the backout that made it, or a newer one";

const INSTEAD: &str = "`backout backup create` makes an archive that can be verified; a file that \
                       another program exports can be its source, by `kind = \"file\"`";

fn foreign(path: &Path) -> Checked {
    let (message, help) = match identify_file(path) {
        Err(error) => return unknown(path, &error),
        Ok(Identity::Foreign(Foreign::KnownBad(bad))) => (bad.reason().to_owned(), bad.instead()),
        Ok(Identity::Foreign(format)) => {
            (format!("it is {format}, no archive of backout"), INSTEAD)
        }
        Ok(_) => return corrupt(path, "it changed while it was read"),
    };
    let message = format!("`{}`: {message}", shown_path(path));
    Checked::Bad(Problem { code: "backup/foreign-format", message, help: help.to_owned() })
}

pub(super) fn corrupt(path: &Path, what: &str) -> Checked {
    Checked::Bad(Problem {
        code: "backup/corrupt",
        message: format!("`{}`: {what}", shown_path(path)),
        help:
            "do not rely on it: look for an intact copy, or run `backout backup create` while the \
               data is still there"
                .to_owned(),
    })
}

/// The format in which the whole output of a command is compressed, and is nothing.
fn holds_nothing(path: &Path, verified: &Verified) -> Result<Option<Compressed>, ArchiveError> {
    let manifest = &verified.manifest;
    let is_output = matches!(manifest.source, SourceDescription::Command { .. });
    let is_long = usize::try_from(manifest.payload_bytes).map_or(true, |size| size > hollow::LIMIT);
    if !is_output || is_long {
        return Ok(None);
    }
    let mut reader = Reader::open(BufReader::new(plain::open(path)?))?;
    let mut beginning = Beginning::default();
    loop {
        match reader.next_item()? {
            Item::Block(piece) => beginning.feed(piece),
            Item::End(_) => return Ok(beginning.finish()),
            Item::Entry(_) | Item::EntryEnd { .. } => {}
        }
    }
}

fn empty(path: &Path, format: Compressed) -> Checked {
    Checked::Bad(Problem {
        code: "backup/empty",
        message: format!(
            "`{}`: its command gave an empty {format} stream: what was to be compressed failed, or had no data",
            shown_path(path)
        ),
        help: "look for an older archive; mend the command (`set -o pipefail` in a shell's script lets \
               a failure before the compressor be seen), and run `backout backup create` while the \
               data is still there"
            .to_owned(),
    })
}

fn unknown(path: &Path, error: &io::Error) -> Checked {
    let absent = error.kind() == io::ErrorKind::NotFound;
    let what = if absent { "is not there".to_owned() } else { format!("cannot be read: {error}") };
    let help = if absent {
        "fetch it from where it is kept, or run this where the store can be reached; where it was \
         deleted on purpose, delete its [[archives]] block from the receipt"
    } else {
        "look at the permissions, and run this where the store can be reached"
    };
    Checked::Unknown { message: format!("`{}` {what}", shown_path(path)), help: help.to_owned() }
}

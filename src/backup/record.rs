//! Receipts in the work tree: found, read, and written back whole.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::plain;
use super::store::sync_folder;
use crate::config::{Backup, Migration};
use crate::draft;
use crate::exit::Failure;
use crate::git::ignored_by;
use crate::receipt::{
    ArchiveReceipt, BackupReceipt, MAX_BYTES, ReceiptProblem, backup_path, parse, render,
};
use crate::turn::Turn;

/// Where a backup's receipt lies: relative to the root of the work tree, with forward slashes.
#[must_use]
pub fn receipt_path(migration: &Migration, backup: &Backup) -> String {
    let path = backup_path(&backup.name);
    if migration.folder.is_empty() { path } else { format!("{}/{path}", migration.folder) }
}

/// Reads a backup's receipt; `None` where there is none yet.
///
/// # Errors
/// Exit 2: it is malformed, or tells of another backup. 3: it cannot be read, or is newer.
pub fn read_receipt(
    root: &Path,
    migration: &Migration,
    backup: &Backup,
) -> Result<Option<BackupReceipt>, Failure> {
    let shown = receipt_path(migration, backup);
    let unread = |error: io::Error| {
        Failure::indeterminate(format!("the receipt `{shown}` cannot be read: {error}"))
    };
    let Some(path) = plain_path(root, &shown)? else { return Ok(None) };
    let mut bytes = Vec::new();
    let limit = u64::try_from(MAX_BYTES + 1).unwrap_or(u64::MAX);
    match plain::open(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file.map_err(unread)?.take(limit).read_to_end(&mut bytes).map_err(unread)?,
    };
    let receipt = parse(&bytes).map_err(|error| match error.problem {
        ReceiptProblem::Newer { .. } => Failure::indeterminate(format!("{shown}: {error}"))
            .help("use the newer backout here as well"),
        ReceiptProblem::Malformed => Failure::usage(format!("{shown}: {error}"))
            .help(format!("`git log -p -- {shown}` shows how it came about")),
    })?;
    if receipt.backup != backup.name || receipt.migration != migration.id {
        return Err(Failure::usage(format!(
            "{shown} tells of the backup `{}` of the migration `{}`",
            receipt.backup, receipt.migration
        ))
        .help("move it to where it belongs"));
    }
    Ok(Some(receipt))
}

/// Appends an archive to a backup's receipt, which is made where there is none.
///
/// # Errors
/// As of [`read_receipt`]; exit 3 where it cannot be written. The old receipt is then unchanged.
/// Another run that appends at the same time is waited for: none of the two archives is forgotten.
pub fn append_receipt(
    root: &Path,
    migration: &Migration,
    backup: &Backup,
    archive: ArchiveReceipt,
) -> Result<BackupReceipt, Failure> {
    let shown = receipt_path(migration, backup);
    let unwritten = |error: io::Error| unwritten(&shown, &error);
    plain_path(root, &shown)?;
    let path = root.join(&shown);
    let folder = path.parent().unwrap_or(Path::new("."));
    let _turn = fs::create_dir_all(folder).and_then(|()| Turn::wait(folder)).map_err(unwritten)?;
    let mut receipt = read_receipt(root, migration, backup)?.unwrap_or(BackupReceipt {
        backup: backup.name.clone(),
        migration: migration.id.clone(),
        archives: Vec::new(),
    });
    // Several runs within a second that found the same data have made one archive.
    if receipt.archives.iter().any(|known| known.files == archive.files) {
        return Ok(receipt);
    }
    receipt.archives.push(archive);
    write(&path, folder, &render(&receipt)).map_err(unwritten)?;
    Ok(receipt)
}

/// Makes sure that a receipt can be appended to: better known before an hour of capturing, which
/// would leave an archive without one.
///
/// # Errors
/// As of [`append_receipt`].
pub fn may_append_receipt(
    root: &Path,
    migration: &Migration,
    backup: &Backup,
) -> Result<(), Failure> {
    read_receipt(root, migration, backup)?;
    let shown = receipt_path(migration, backup);
    let path = root.join(&shown);
    draft::may_begin(path.parent().unwrap_or(root)).map_err(|error| unwritten(&shown, &error))
}

fn unwritten(shown: &str, error: &io::Error) -> Failure {
    Failure::indeterminate(format!("the receipt `{shown}` cannot be written: {error}"))
        .help(draft::LOOK_THERE)
}

/// Receipts that git would leave out of every commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    /// What hides them.
    pub message: String,
    /// The lines that help.
    pub help: String,
}

/// Why a receipt, and those beside it, of a configuration in `folder` (from the root, empty for the
/// root itself) would never be committed: a pattern such as `backups/`, meant for the store, covers
/// them as well. `receipt` is its path from that folder; one that was added by force is tracked.
///
/// # Errors
/// git did not answer.
pub fn hidden(root: &Path, folder: &str, receipt: &str) -> io::Result<Option<Hidden>> {
    let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let receipts = receipt.rsplit_once('/').map_or("", |(receipts, _)| receipts);
    let receipts = format!("{prefix}{receipts}");
    let Some(rule) = ignored_by(root, &root.join(format!("{prefix}{receipt}")))? else {
        return Ok(None);
    };
    Ok(Some(Hidden {
        message: format!(
            "git ignores the receipts in {receipts}, by `{}` ({}:{}): they would never be \
             committed, and the guard would not find them",
            rule.pattern, rule.file, rule.line
        ),
        help: format!(
            "add two lines at the end of .gitignore, `!/{prefix}.backout/` and \
             `!/{prefix}.backout/**`; or, for a folder at the top, write the pattern with a slash \
             in front"
        ),
    }))
}

/// The path, unless it or a folder of backout's on the way is a symbolic link: that would read
/// and write what the repository does not hold.
fn plain_path(root: &Path, shown: &str) -> Result<Option<PathBuf>, Failure> {
    let path = root.join(shown);
    draft::refuse_link(root, &path)?;
    let folder = path.parent().unwrap_or(root);
    Ok(fs::symlink_metadata(folder).is_ok().then_some(path))
}

fn write(path: &Path, folder: &Path, text: &str) -> io::Result<()> {
    let mut file = draft::begin(folder)?;
    draft::write(&mut file, text.as_bytes())?;
    if let Ok(old) = fs::metadata(path) {
        file.as_file().set_permissions(old.permissions())?;
    }
    draft::finish(file, path)?;
    sync_folder(folder)
}

//! Writing and moving hooks so that a push never meets half of one.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::Path;

use crate::draft;

/// Writes an executable file in one step: the old one stands until the new one is whole.
pub(super) fn write_executable(path: &Path, content: &[u8]) -> io::Result<()> {
    let folder = path.parent().ok_or_else(|| io::Error::from(ErrorKind::InvalidInput))?;
    let mut file = draft::begin_executable(folder)?;
    draft::write(&mut file, content)?;
    draft::finish(file, path)?;
    sync_folder(folder)
}

/// Gives `from` the second name `to`, so that there is no moment without a hook. Errors:
/// [`ErrorKind::AlreadyExists`] where `to` is there.
pub(super) fn keep_as(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(error),
        // A file system without hard links.
        Err(_) if fs::symlink_metadata(to).is_err() => fs::rename(from, to),
        result => result,
    }
}

/// Moves a file within its folder, over what is there.
pub(super) fn move_over(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    to.parent().map_or(Ok(()), sync_folder)
}

/// A folder can be opened on Unix only; elsewhere the file system keeps order by itself.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

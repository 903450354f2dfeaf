//! Moving what was restored to where it belongs: whole, in one step where the file system can.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::scratch::Scratch;
use super::target::{Occupied, Target};
use crate::backup::archive::shown_path;
use crate::backup::store::sync_folder;
use crate::exit::Failure;

/// Puts the folder in the target's place. Gives where that lies which was there before.
pub(super) fn move_in(scratch: Scratch, target: &Target) -> Result<Option<PathBuf>, Failure> {
    // Whatever comes of the next step, nothing is deleted any more: on some file systems a rename
    // that reports an error has been done.
    let from = scratch.release();
    let moved = match target.occupied() {
        Occupied::Absent | Occupied::Empty => rename_over(&from, target).map(|()| None),
        Occupied::Full { aside, .. } => replace(&from, target.path(), aside).map(Some),
    };
    let aside = moved.map_err(|error| unmoved(&from, target, &error))?;
    sync_folder(target.parent()).map_err(|error| {
        let path = shown_path(target.path());
        Failure::indeterminate(format!(
            "the data is in place, `{path}`, but may not survive a power cut: {error}"
        ))
    })?;
    Ok(aside)
}

/// An empty folder is replaced by the same step; one that was filled meanwhile is not.
fn rename_over(from: &Path, target: &Target) -> io::Result<()> {
    #[cfg(not(unix))]
    if *target.occupied() == Occupied::Empty {
        fs::remove_dir(target.path())?;
    }
    fs::rename(from, target.path())
}

/// Swaps both, then gives the old one its name. Whoever is killed between leaves the new one in
/// place, and the old one under the name that the new one had.
fn replace(from: &Path, path: &Path, aside: &Path) -> io::Result<PathBuf> {
    match exchange(from, path) {
        Err(error) if is_unsupported(&error) => {
            fs::rename(path, aside)?;
            if let Err(error) = fs::rename(from, path) {
                fs::rename(aside, path)?;
                return Err(error);
            }
            Ok(aside.to_owned())
        }
        Err(error) => Err(error),
        Ok(()) => match fs::rename(from, aside) {
            Ok(()) => Ok(aside.to_owned()),
            Err(_) => Ok(from.to_owned()),
        },
    }
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).map_err(io::Error::from)
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn exchange(_one: &Path, _other: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Whether the system or the file system cannot swap two names.
fn is_unsupported(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput)
}

fn unmoved(from: &Path, target: &Target, error: &io::Error) -> Failure {
    let (from, path) = (shown_path(from), shown_path(target.path()));
    Failure::indeterminate(format!(
        "what was restored could not be moved to `{path}`: {error}; it lies complete in `{from}`"
    ))
    .help("look at what stands there; then move it, or delete it and restore to another folder")
}

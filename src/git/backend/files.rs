//! Refs as git keeps them by default: a file each, and one file of packed ones.

use std::fs;
use std::io;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::git::Seconds;

/// When refs below `folder` (`refs/remotes/origin/`) were last written, at the latest. A ref is
/// written by a rename, which its folder's own time tells, so no ref is opened. `None` where a
/// time cannot be had.
pub(super) fn written_at(common_dir: &Path, folder: &str) -> Option<Seconds> {
    let packed = changed(&common_dir.join("packed-refs"));
    let loose = newest_folder(&common_dir.join(folder));
    let newest = [packed, loose].into_iter().collect::<io::Result<Vec<_>>>().ok()?;
    let newest = newest.into_iter().flatten().max().unwrap_or(UNIX_EPOCH);
    let age = newest.duration_since(UNIX_EPOCH).ok()?;
    Some(Seconds(i64::try_from(age.as_secs()).ok()?))
}

/// `None` where there is no such file.
fn changed(file: &Path) -> io::Result<Option<SystemTime>> {
    match fs::metadata(file) {
        Ok(metadata) => metadata.modified().map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The latest time of a folder and of those below it.
fn newest_folder(folder: &Path) -> io::Result<Option<SystemTime>> {
    let Some(mut newest) = changed(folder)? else { return Ok(None) };
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir()
            && let Some(below) = newest_folder(&entry.path())?
        {
            newest = newest.max(below);
        }
    }
    Ok(Some(newest))
}

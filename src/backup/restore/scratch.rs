//! The folder beside the target that data is written to until all of it is there.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::target::Target;
use super::unwritten;
use crate::backup::archive::{Entry, EntryKind, check_name, shown, shown_path};
use crate::draft::link_on_the_way;
use crate::exit::Failure;
use crate::interrupt;

/// How the name of such a folder begins.
const PREFIX: &str = ".backout-restore-";

/// A folder that is gone with this value, unless it is released.
pub(super) struct Scratch {
    folder: Option<TempDir>,
    path: PathBuf,
    mode: Option<u32>,
    placed: Vec<Placed>,
}

/// Something that was written, with the permissions that it is to have in the end.
struct Placed {
    path: PathBuf,
    mode: u32,
    is_folder: bool,
}

impl Scratch {
    /// Makes one on the file system of the target, whose permissions it gets in the end; where there
    /// is none yet, those of the folder that was captured.
    pub(super) fn beside(target: &Target, captured: Option<u32>) -> Result<Self, Failure> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        let folder = builder.tempdir_in(target.parent());
        let shown = shown_path(target.parent());
        let folder = folder.map_err(|error| {
            let kind = error.kind();
            unwritten(&format!("the folder `{shown}`"), &io::Error::from(kind))
        })?;
        let path = folder.path().to_owned();
        Ok(Self {
            folder: Some(folder),
            path,
            mode: target.mode().or(captured),
            placed: Vec::new(),
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Where an entry lies in it: below it, and through no link.
    pub(super) fn place_of(&self, name: &[u8]) -> Result<PathBuf, Failure> {
        let elsewhere = |reason: &str| {
            let shown = shown(name);
            Failure::indeterminate(format!("`{shown}` cannot be restored here: {reason}"))
        };
        check_name(name).map_err(elsewhere)?;
        let mut path = self.path.clone();
        for part in name.split(|byte| *byte == b'/') {
            path.push(component(part).ok_or_else(|| elsewhere("this system has no such name"))?);
        }
        match path.parent().and_then(|folder| link_on_the_way(&self.path, folder)) {
            Some(_) => Err(elsewhere("a symbolic link is in the way")),
            None => Ok(path),
        }
    }

    /// Takes note of a file or folder that was written.
    pub(super) fn note(&mut self, path: PathBuf, entry: &Entry) {
        let is_folder = entry.kind == EntryKind::Folder;
        let mode = if entry.kind == EntryKind::Output { 0o600 } else { entry.mode };
        self.placed.push(Placed { path, mode, is_folder });
    }

    /// Gives everything its permissions and makes it survive a power cut, what lies deepest first:
    /// a folder that nobody may enter is closed after all that is in it.
    pub(super) fn settle(&self) -> Result<(), Failure> {
        for placed in self.placed.iter().rev() {
            if interrupt::is_requested() {
                return Err(interrupt::failure("nothing was put in place"));
            }
            let inside = placed.path.strip_prefix(&self.path).unwrap_or(&placed.path);
            settle(&placed.path, Some(placed.mode), placed.is_folder)
                .map_err(|error| unwritten(&format!("`{}`", shown_path(inside)), &error))?;
        }
        settle(&self.path, self.mode, true).map_err(|error| unwritten("the folder", &error))
    }

    /// From now on it stays.
    pub(super) fn release(mut self) -> PathBuf {
        if let Some(folder) = self.folder.take() {
            return folder.keep();
        }
        self.path.clone()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if self.folder.is_none() {
            return;
        }
        // Closed folders could not be emptied; those in front hold those that follow.
        for placed in self.placed.iter().filter(|placed| placed.is_folder) {
            let _ = open_up(&placed.path);
        }
    }
}

/// Scratch folders in `parent` that runs which were killed have left. They may hold what stood at a
/// target, so nobody takes them away but people.
#[must_use]
pub fn leftovers(parent: &Path) -> Vec<PathBuf> {
    let entries = parent.read_dir().into_iter().flatten().flatten();
    let ours = |name: OsString| name.as_encoded_bytes().starts_with(PREFIX.as_bytes());
    let mut found: Vec<PathBuf> =
        entries.filter(|entry| ours(entry.file_name())).map(|entry| entry.path()).collect();
    found.sort();
    found
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere a name need not be one")]
fn component(part: &[u8]) -> Option<OsString> {
    use std::os::unix::ffi::OsStringExt as _;
    Some(OsString::from_vec(part.to_vec()))
}

#[cfg(not(unix))]
fn component(part: &[u8]) -> Option<OsString> {
    let text = std::str::from_utf8(part).ok()?;
    // A drive, a stream of a file, or another way to write `/`.
    if text.contains([':', '\\']) { None } else { Some(text.into()) }
}

#[cfg(unix)]
fn open_up(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn open_up(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn settle(path: &Path, mode: Option<u32>, _is_folder: bool) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    // Opened first: with its own permissions it may be closed to us as well.
    let file = File::open(path)?;
    if let Some(mode) = mode {
        file.set_permissions(fs::Permissions::from_mode(mode))?;
        let kept = file.metadata()?.permissions().mode() & 0o7777;
        if kept != mode {
            let what = format!("its permissions are {kept:o} where {mode:o} was set");
            return Err(io::Error::other(what));
        }
    }
    file.sync_all()
}

#[cfg(not(unix))]
fn settle(path: &Path, mode: Option<u32>, is_folder: bool) -> io::Result<()> {
    if is_folder {
        return Ok(());
    }
    File::options().write(true).open(path)?.sync_all()?;
    let mut permissions = fs::metadata(path)?.permissions();
    permissions.set_readonly(mode.is_some_and(|mode| mode & 0o222 == 0));
    fs::set_permissions(path, permissions)
}

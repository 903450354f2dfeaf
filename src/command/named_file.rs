//! A file that the user has named for something to be written into: it is put in its place in one
//! step, a link stays a link, and a pipe or a device is written to.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::draft;

/// As many links as a path may go through; more are a loop.
const MOST_LINKS: usize = 40;

/// What is written, on its way into its place.
pub enum Pending {
    /// Made beside the file that it will replace.
    File(NamedTempFile, PathBuf),
    /// A pipe or a device is written to, and never replaced.
    Stream(PathBuf, Vec<u8>),
}

/// The file that a path leads to, whether it is there already or not.
///
/// # Errors
/// Its links lead in a circle, or cannot be looked at.
pub fn resolved(path: &Path) -> io::Result<PathBuf> {
    if let Ok(there) = path.canonicalize() {
        return Ok(there);
    }
    // What `/dev/stdout` leads to may be a pipe without any name.
    if is_stream(path) {
        return Ok(in_its_folder(path));
    }
    let mut at = path.to_owned();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&at) {
            Ok(target) => at = at.parent().unwrap_or(Path::new("")).join(target),
            Err(_) => return Ok(in_its_folder(&at)),
        }
    }
    Err(io::Error::other("its symbolic links lead in a circle"))
}

/// A path by its folder's own name, where it has none itself.
fn in_its_folder(path: &Path) -> PathBuf {
    match (path.parent(), path.file_name()) {
        (Some(folder), Some(name)) => {
            folder.canonicalize().unwrap_or_else(|_| folder.to_owned()).join(name)
        }
        _ => path.to_owned(),
    }
}

/// Whether a path is a pipe or a device.
#[must_use]
pub fn is_stream(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

/// Refuses a file that is write-protected: somebody wants it to stay.
///
/// # Errors
/// It is.
pub fn refuse_protected(target: &Path) -> io::Result<()> {
    match fs::metadata(target) {
        Ok(there) if there.is_file() && there.permissions().readonly() => {
            Err(io::Error::other("it is write-protected"))
        }
        _ => Ok(()),
    }
}

/// Makes what will stand at `target`. A link stays, and so does the mode of the file that it leads
/// to; one that leads to nothing gets its file.
///
/// # Errors
/// The file system's; a folder stands there.
pub fn prepare(target: &Path, content: &[u8]) -> io::Result<Pending> {
    let target = resolved(target)?;
    if is_stream(&target) {
        return Ok(Pending::Stream(target, content.to_owned()));
    }
    let old = fs::metadata(&target).ok();
    if old.as_ref().is_some_and(fs::Metadata::is_dir) {
        return Err(io::Error::other("it is a folder"));
    }
    let mut file = draft::begin(target.parent().unwrap_or(Path::new(".")))?;
    draft::write(&mut file, content)?;
    if let Some(old) = old {
        file.as_file().set_permissions(old.permissions())?;
    }
    Ok(Pending::File(file, target))
}

/// Puts it in its place.
///
/// # Errors
/// The file system's.
pub fn put(pending: Pending) -> io::Result<()> {
    match pending {
        Pending::File(file, target) => draft::finish(file, &target),
        Pending::Stream(target, content) => {
            let mut stream = File::options().write(true).open(target)?;
            match stream.write_all(&content) {
                // A reader that has gone away does not change what was found.
                Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
                result => result,
            }
        }
    }
}

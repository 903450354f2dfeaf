//! Files in the making: each lies beside the one whose place it will take, so that nobody ever
//! meets half of it, and is gone where it is not finished.

use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

use crate::exit::Failure;

/// What helps where a place cannot be written to.
pub const LOOK_THERE: &str = "look at the folder, its permissions and the space there";

/// Begins a file in an existing folder, for whoever the umask allows. It is called `.backout-…`.
///
/// # Errors
/// The file system's, without the passing name of the draft.
pub fn begin(folder: &Path) -> io::Result<NamedTempFile> {
    builder(0o666).tempfile_in(folder).map_err(plain)
}

/// The same for a file that is executed.
///
/// # Errors
/// The file system's, without the passing name of the draft.
pub fn begin_executable(folder: &Path) -> io::Result<NamedTempFile> {
    builder(0o777).tempfile_in(folder).map_err(plain)
}

/// Writes all of a draft's content.
///
/// # Errors
/// The file system's, without the passing name of the draft.
pub fn write(file: &mut NamedTempFile, content: &[u8]) -> io::Result<()> {
    file.write_all(content).map_err(plain)
}

/// Puts a finished file in its place, over what is there.
///
/// # Errors
/// The file system's, once.
pub fn finish(file: NamedTempFile, place: &Path) -> io::Result<()> {
    file.as_file().sync_all()?;
    file.persist(place).map(drop).map_err(|error| error.error)
}

/// Makes sure that files can be made in a folder, or in the one that it will be made in; leaves
/// nothing there.
///
/// # Errors
/// The file system's.
pub fn may_begin(folder: &Path) -> io::Result<()> {
    let there = folder.ancestors().find(|ancestor| fs::symlink_metadata(ancestor).is_ok());
    tempfile::tempfile_in(there.unwrap_or(folder)).map(drop).map_err(plain)
}

/// The symbolic link on the way from a folder to a path below it, the path itself included; `None`
/// where all of it is plain. What is written through one lies elsewhere.
#[must_use]
pub fn link_on_the_way<'p>(root: &Path, path: &'p Path) -> Option<&'p Path> {
    let is_link = |part: &Path| fs::symlink_metadata(part).is_ok_and(|found| found.is_symlink());
    path.ancestors().take_while(|part| *part != root).find(|part| is_link(part))
}

/// Refuses a place below a folder that a symbolic link leads away from.
///
/// # Errors
/// Exit 2, where there is one.
pub fn refuse_link(root: &Path, path: &Path) -> Result<(), Failure> {
    match link_on_the_way(root, path) {
        None => Ok(()),
        Some(link) => {
            let shown = link.strip_prefix(root).unwrap_or(link);
            Err(Failure::usage(format!("`{}` is a symbolic link", shown.display()))
                .help("put a plain folder or file there: what backout keeps is committed as it is"))
        }
    }
}

/// What helps after an error, where it is one of those that a place gives.
#[must_use]
pub fn way_out(error: &io::Error) -> Option<&'static str> {
    is_of_the_place(error.kind()).then_some(LOOK_THERE)
}

const fn is_of_the_place(kind: ErrorKind) -> bool {
    use ErrorKind::{PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    matches!(kind, PermissionDenied | QuotaExceeded | ReadOnlyFilesystem | StorageFull)
}

/// tempfile names the draft in its errors, which nobody has ever heard of.
fn plain(error: io::Error) -> io::Error {
    let kind = error.kind();
    match kind {
        ErrorKind::NotFound => io::Error::new(kind, "there is no such folder"),
        ErrorKind::NotADirectory => io::Error::new(kind, "a file stands where a folder is needed"),
        kind if is_of_the_place(kind) => kind.into(),
        _ => error,
    }
}

#[cfg_attr(not(unix), expect(unused_variables, reason = "modes are Unix's"))]
fn builder(mode: u32) -> Builder<'static, 'static> {
    let mut builder = Builder::new();
    builder.prefix(".backout-");
    // Temporary files are private by default.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
    builder
}

//! Files in the making: each lies beside the one whose place it will take, so that nobody ever
//! meets half of it, and is gone where it is not finished.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

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

/// Makes sure that files can be made in a folder, or in the one that it will be made in; leaves
/// nothing there.
///
/// # Errors
/// The file system's.
pub fn may_begin(folder: &Path) -> io::Result<()> {
    let there = folder.ancestors().find(|ancestor| fs::symlink_metadata(ancestor).is_ok());
    tempfile::tempfile_in(there.unwrap_or(folder)).map(drop).map_err(plain)
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
    if is_of_the_place(kind) { kind.into() } else { error }
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

//! Opening what has to be a plain file: a pipe under its name would be waited for, for ever.

use std::fs::File;
use std::io;
use std::path::Path;

/// Opens a file to be read.
///
/// # Errors
/// The file system's; it is a folder, a pipe or a device, or a link to one.
pub(super) fn open(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true);
    // Without waiting for whoever might write into a pipe.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(
        &mut options,
        rustix::fs::OFlags::NONBLOCK.bits().cast_signed(),
    );
    let file = options.open(path)?;
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(io::Error::other("it is no plain file")),
    }
}

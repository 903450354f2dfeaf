//! One run at a time, where two of them would change the same files: the later one waits.

use std::io;
use std::path::Path;

/// A run's turn in a folder. It ends when this is dropped, and with the process, however that ends.
#[derive(Debug)]
pub struct Turn {
    #[cfg(unix)]
    _folder: std::fs::File,
}

impl Turn {
    /// Waits until no other run has its turn in an existing folder. The folder itself is locked, so
    /// that no file is left behind for it. Where the file system has no such locks (NFS), nobody
    /// waits.
    ///
    /// # Errors
    /// The folder cannot be opened, or the wait was interrupted.
    #[cfg(unix)]
    pub fn wait(folder: &Path) -> io::Result<Self> {
        let folder = std::fs::File::open(folder)?;
        match rustix::fs::flock(&folder, rustix::fs::FlockOperation::LockExclusive) {
            Err(rustix::io::Errno::INTR) => Err(rustix::io::Errno::INTR.into()),
            _ => Ok(Self { _folder: folder }),
        }
    }

    /// The turn, where nobody else has it now.
    ///
    /// # Errors
    /// The folder cannot be opened.
    #[cfg(unix)]
    pub fn now(folder: &Path) -> io::Result<Option<Self>> {
        let folder = std::fs::File::open(folder)?;
        match rustix::fs::flock(&folder, rustix::fs::FlockOperation::NonBlockingLockExclusive) {
            Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
            _ => Ok(Some(Self { _folder: folder })),
        }
    }

    /// Elsewhere nobody has to wait.
    #[cfg(not(unix))]
    pub fn now(_folder: &Path) -> io::Result<Option<Self>> {
        Ok(Some(Self {}))
    }

    /// Elsewhere a folder cannot be locked: of two runs at once the last one wins.
    #[cfg(not(unix))]
    pub fn wait(_folder: &Path) -> io::Result<Self> {
        Ok(Self {})
    }
}

//! What stands at a hook's place.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::shim;

/// More than any shim has; hooks that are longer are foreign, and read no further.
const MOST_READ: u64 = 64 * 1024;

/// What stands at a hook's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hook {
    /// Nothing.
    None,
    /// A shim that some backout wrote.
    Ours {
        /// The shim's version.
        version: u32,
        /// The program's path that it recorded.
        program: Option<PathBuf>,
        /// Whether git would run it.
        executable: bool,
        /// All of it.
        content: Vec<u8>,
    },
    /// A symbolic link to a shim: it would look for its neighbours beside the link.
    LinkToOurs,
    /// Somebody else's hook, or a link to one.
    Foreign {
        /// Whether git would run it.
        executable: bool,
        /// Its first 64 KiB; empty where it cannot be read.
        content: Vec<u8>,
    },
    /// A folder, or whatever else is no file.
    NotAFile,
}

impl Hook {
    /// Whether it is a shim that lies here itself.
    #[must_use]
    pub const fn is_ours(&self) -> bool {
        matches!(self, Self::Ours { .. })
    }

    /// Whether git would run it.
    #[must_use]
    pub const fn runs(&self) -> bool {
        matches!(self, Self::Ours { executable: true, .. } | Self::Foreign { executable: true, .. })
    }

    /// What has been read of it.
    #[must_use]
    pub fn content(&self) -> &[u8] {
        match self {
            Self::Ours { content, .. } | Self::Foreign { content, .. } => content,
            Self::None | Self::LinkToOurs | Self::NotAFile => &[],
        }
    }
}

/// Looks at a hook's place. Errors: it cannot be looked at.
pub fn look(path: &Path) -> io::Result<Hook> {
    let own = match fs::symlink_metadata(path) {
        Ok(own) => own,
        // The folder is not there, or is no folder.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(Hook::None);
        }
        Err(error) => return Err(error),
    };
    // git skips a hook whose link leads nowhere, as one that may not be executed.
    let Ok(target) = fs::metadata(path) else {
        return Ok(Hook::Foreign { executable: false, content: Vec::new() });
    };
    if !target.is_file() {
        return Ok(Hook::NotAFile);
    }
    let executable = is_executable(&target);
    let content = match beginning(path) {
        Ok(content) => content,
        // Unreadable and executable: a foreign hook that can be chained without being read.
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Vec::new(),
        Err(error) => return Err(error),
    };
    Ok(match shim::version_of(&content) {
        Some(_) if own.is_symlink() => Hook::LinkToOurs,
        Some(version) => {
            Hook::Ours { version, program: shim::recorded_program(&content), executable, content }
        }
        None => Hook::Foreign { executable, content },
    })
}

fn beginning(path: &Path) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    File::open(path)?.take(MOST_READ).read_to_end(&mut content)?;
    Ok(content)
}

/// Whether a file may be executed by somebody; elsewhere than on Unix every file may.
#[cfg(unix)]
pub(super) fn is_executable(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o111 != 0
}

/// Whether a file may be executed by somebody; elsewhere than on Unix every file may.
#[cfg(not(unix))]
pub(super) fn is_executable(_metadata: &Metadata) -> bool {
    true
}

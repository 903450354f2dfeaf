//! Which program reads a repository.

use std::fmt;

/// A reader of repositories. Both give the same answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// libgit2, within this process.
    Libgit2,
    /// The git program, as a child.
    GitProgram,
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Libgit2 => "libgit2",
            Self::GitProgram => "the git program",
        })
    }
}

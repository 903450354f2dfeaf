//! What can go wrong in a repository, told apart where a caller branches on it.

use super::Lack;
use crate::exit::Failure;
use crate::shell;

/// A question that the repository could not answer. None of these is ever an answer of "no".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GitError {
    /// An object is named, but not here.
    #[error("{0}")]
    Absent(Lack),
    /// A name that stands for nothing.
    #[error("`{0}` names no commit in this repository")]
    UnknownName(String),
    /// Something other than a commit where a commit was needed.
    #[error("`{name}` is a {kind}, not a commit")]
    NotACommit {
        /// What was asked for.
        name: String,
        /// What it is.
        kind: &'static str,
    },
    /// The repository cannot be opened by this program.
    #[error("{message}")]
    Unsupported {
        /// What stands in the way.
        message: String,
        /// The command that helps.
        help: String,
    },
    /// git made no commit.
    #[error("no commit could be made: git: {reason}")]
    NoCommit {
        /// What git said.
        reason: String,
        /// What helps.
        help: String,
    },
    /// The git program is needed, and does not start.
    #[error("the program `git` cannot be started: {0}")]
    NoProgram(String),
    /// Anything else, in libgit2's or git's words.
    #[error("git: {0}")]
    Other(String),
}

impl GitError {
    /// The way out, where there is one to tell.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Absent(lack) => Some(lack.help()),
            Self::UnknownName(_) => {
                Some("list what there is with `git branch --all` and `git tag --list`".to_owned())
            }
            Self::Unsupported { help, .. } | Self::NoCommit { help, .. } => Some(help.clone()),
            Self::NoProgram(_) => {
                Some("install git, or put it on the PATH of whatever runs backout".to_owned())
            }
            Self::Other(said) => left_lock(said).map(|lock| {
                let lock = shell::word(lock);
                format!(
                    "another git is at work here, or was killed and left its lock: where none is, \
                     take it away, `rm {lock}`, and run it again"
                )
            }),
            Self::NotACommit { .. } => None,
        }
    }
}

/// The lock that is in git's way, by what it said.
fn left_lock(said: &str) -> Option<&str> {
    let (_, from) = said.split_once("Unable to create '")?;
    from.split_once("': File exists").map(|(lock, _)| lock)
}

impl From<GitError> for Failure {
    fn from(error: GitError) -> Self {
        let help = error.help();
        let failure = match &error {
            // A name that does not resolve is a mistake in the call; an absent object is not.
            GitError::UnknownName(_) | GitError::NotACommit { .. } => {
                Self::usage(error.to_string())
            }
            _ => Self::indeterminate(error.to_string()),
        };
        match help {
            Some(help) => failure.help(help),
            None => failure,
        }
    }
}

//! The only code that knows git2 or the git program; it hands out owned, plain data.

mod diff;
mod error;
pub mod locate;
mod range;
mod repo;
mod types;
mod walk;

pub use diff::Change;
pub use error::GitError;
pub use range::{Ends, Operation, Range, Target, ends, range};
pub use repo::{Commit, Entry, Peeled, Remote, Repo, TreeFile};
pub use types::{InvalidObjectId, ObjectId, RefName, RefUpdate, RepoPath, Seconds};
pub use walk::Walk;

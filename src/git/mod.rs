//! The only code that knows git2 or the git program; it hands out owned, plain data.

mod backend;
mod diff;
mod engine;
mod error;
mod frontier;
mod graph;
pub mod hook_settings;
mod ignore;
mod lack;
pub mod locate;
mod object;
mod range;
mod repo;
mod settings;
#[cfg(test)]
pub mod testing;
mod types;
mod walk;

pub use diff::Change;
pub use engine::Engine;
pub use error::GitError;
pub use ignore::{IgnoreRule, ignored_by};
pub use lack::{Cause, Lack};
pub use object::{Commit, Entry};
pub use range::{Ends, Operation, OtherSide, Range, Target, ends, range};
pub use repo::{Peeled, Remote, Repo, TreeFile};
pub use types::{InvalidObjectId, ObjectId, RefName, RefUpdate, RepoPath, Seconds};
pub use walk::Walk;

//! The only code that knows git2 or the git program; it hands out owned, plain data.

mod attributes;
mod backend;
mod checkout;
mod diff;
mod draft;
mod engine;
mod error;
mod fetch;
mod frontier;
mod graph;
pub mod hook_settings;
mod ignore;
mod lack;
mod line_stat;
pub mod locate;
mod merge_file;
mod object;
mod people;
mod range;
mod repo;
mod scratch_tree;
mod settings;
mod side_store;
#[cfg(test)]
pub mod testing;
mod tree_cache;
mod types;
mod view;
mod walk;
mod whole_merge;
mod write;

pub use diff::Change;
pub use draft::{EditError, Edits};
pub use engine::Engine;
pub use error::GitError;
pub use ignore::{IgnoreRule, ignored_by};
pub use lack::{Cause, Lack};
pub use merge_file::{FileMerge, merge_files};
pub use object::{Commit, Entry, Object, ObjectKind};
pub use range::{Ends, Operation, OtherSide, Range, Target, ends, range};
pub use repo::{Peeled, Remote, Repo, TreeFile};
pub use types::{InvalidObjectId, ObjectId, RefName, RefUpdate, RepoPath, Seconds};
pub use view::View;
pub use walk::Walk;
pub use whole_merge::WholeMerge;
pub use write::NewCommit;

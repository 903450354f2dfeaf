//! The only code that knows git2 or the git program; it hands out owned, plain data.

mod types;

pub use types::{InvalidObjectId, ObjectId, RefName, RefUpdate, RepoPath, Seconds};

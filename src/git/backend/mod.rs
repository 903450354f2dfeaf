//! The narrow interface behind which a repository is read. What the answers mean (histories, tree
//! differences, what a tag stands for) is worked out above it, once for every backend.

mod files;
mod libgit2;
pub(super) mod program;

use std::path::{Path, PathBuf};

use super::object::Object;
use super::settings::Settings;
use super::{Engine, GitError, ObjectId, Seconds};

/// What a ref holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pointer {
    /// An object.
    Object(ObjectId),
    /// Another ref, by its full name.
    Ref(String),
}

/// A reader of one repository. None of its answers is ever "no" for want of knowing.
pub(super) trait Backend {
    /// The top of the work tree; `None` in a bare repository.
    fn work_tree(&self) -> Option<&Path>;

    /// The git directory that all worktrees share.
    fn common_dir(&self) -> PathBuf;

    /// An object; [`GitError::Absent`] where it is not here.
    fn object(&self, id: &ObjectId) -> Result<Object, GitError>;

    /// Whether an object is here.
    fn has(&self, id: &ObjectId) -> Result<bool, GitError>;

    /// What the ref of this full name holds; `None` where there is no such ref, or the name is
    /// none that a ref can have.
    fn reference(&self, name: &str) -> Result<Option<Pointer>, GitError>;

    /// The objects that the refs below a folder (`refs/remotes/origin/`) hold, other than those
    /// that only point to another ref.
    fn targets_below(&self, folder: &str) -> Result<Vec<ObjectId>, GitError>;

    /// When the refs below a folder were last written, at the latest; `None` where only looking
    /// at them tells.
    fn written_at(&self, folder: &str) -> Option<Seconds>;

    /// The object that a revision (`HEAD~2`, `main`) means; [`GitError::UnknownName`] where there
    /// is none.
    fn resolve(&self, revision: &str) -> Result<ObjectId, GitError>;

    /// The configuration of every level, the environment's `GIT_CONFIG_*` left out.
    fn settings(&self) -> Result<Settings, GitError>;
}

/// Opens the repository that `folder` is in, or that `GIT_DIR` names.
pub(super) fn open(folder: &Path, engine: Engine) -> Result<Box<dyn Backend>, GitError> {
    Ok(match engine {
        Engine::Libgit2 => Box::new(libgit2::Libgit2::open(folder)?),
        Engine::GitProgram => Box::new(program::Program::open(folder)?),
    })
}

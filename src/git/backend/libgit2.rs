//! The backend that reads with libgit2, within this process.

use std::path::{Path, PathBuf};

use git2::{ErrorClass, ErrorCode, ObjectType, Repository, RepositoryOpenFlags};

use super::{Backend, Pointer};
use crate::git::object::{Object, ObjectKind};
use crate::git::{GitError, ObjectId, Remote};

/// A repository opened by libgit2.
pub(super) struct Libgit2 {
    inner: Repository,
}

impl Libgit2 {
    pub(super) fn open(folder: &Path) -> Result<Self, GitError> {
        let nothing: [&Path; 0] = [];
        Repository::open_ext(folder, RepositoryOpenFlags::FROM_ENV, nothing)
            .map(|inner| Self { inner })
            .map_err(|error| open_error(&error, folder))
    }
}

impl Backend for Libgit2 {
    fn work_tree(&self) -> Option<&Path> {
        self.inner.workdir()
    }

    fn common_dir(&self) -> PathBuf {
        self.inner.commondir().to_owned()
    }

    fn object(&self, id: &ObjectId) -> Result<Object, GitError> {
        let database = self.inner.odb()?;
        let found = database.read(oid(id)?).map_err(|error| missing(&error, id))?;
        let kind = match found.kind() {
            ObjectType::Commit => ObjectKind::Commit,
            ObjectType::Tree => ObjectKind::Tree,
            ObjectType::Tag => ObjectKind::Tag,
            _ => ObjectKind::Blob,
        };
        Ok(Object { kind, content: found.data().to_vec() })
    }

    fn has(&self, id: &ObjectId) -> Result<bool, GitError> {
        Ok(self.inner.odb()?.exists(oid(id)?))
    }

    fn reference(&self, name: &str) -> Result<Option<Pointer>, GitError> {
        let reference = match self.inner.find_reference(name) {
            Ok(reference) => reference,
            Err(error) if matches!(error.code(), ErrorCode::NotFound | ErrorCode::InvalidSpec) => {
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        match reference.target() {
            Some(target) => Ok(Some(Pointer::Object(object_id(target)?))),
            None => {
                let target = reference.symbolic_target()?;
                Ok(target.map(|target| Pointer::Ref(target.to_owned())))
            }
        }
    }

    fn targets_below(&self, folder: &str) -> Result<Vec<ObjectId>, GitError> {
        let mut targets = Vec::new();
        for reference in self.inner.references_glob(&format!("{folder}*"))? {
            if let Some(target) = reference?.target() {
                targets.push(object_id(target)?);
            }
        }
        Ok(targets)
    }

    fn resolve(&self, revision: &str) -> Result<ObjectId, GitError> {
        let found = self.inner.revparse_single(revision);
        object_id(found.map_err(|_| GitError::UnknownName(revision.to_owned()))?.id())
    }

    fn config(&self, key: &str) -> Option<String> {
        self.inner.config().ok()?.get_string(key).ok()
    }

    fn remotes(&self) -> Result<Vec<Remote>, GitError> {
        let names = self.inner.remotes()?;
        let mut remotes = Vec::new();
        for name in names.iter().flatten().flatten() {
            let Ok(remote) = self.inner.find_remote(name) else { continue };
            let urls = [remote.url().ok(), remote.pushurl().ok().flatten()];
            let tag_option = self.config(&format!("remote.{name}.tagOpt"));
            remotes.push(Remote {
                name: name.to_owned(),
                urls: urls.into_iter().flatten().map(str::to_owned).collect(),
                without_tags: tag_option.is_some_and(|option| option == "--no-tags"),
            });
        }
        Ok(remotes)
    }
}

fn object_id(oid: git2::Oid) -> Result<ObjectId, GitError> {
    ObjectId::from_bytes(oid.as_bytes())
        .ok_or_else(|| GitError::Other("an object id of unknown length".to_owned()))
}

fn oid(id: &ObjectId) -> Result<git2::Oid, GitError> {
    Ok(git2::Oid::from_bytes(id.as_bytes())?)
}

fn missing(error: &git2::Error, object: &ObjectId) -> GitError {
    match error.code() {
        ErrorCode::NotFound => GitError::Absent(*object),
        _ => GitError::Other(error.message().to_owned()),
    }
}

impl From<git2::Error> for GitError {
    fn from(error: git2::Error) -> Self {
        Self::Other(error.message().to_owned())
    }
}

/// Names the cause, where it is one that libgit2 meets and git does not.
fn open_error(error: &git2::Error, folder: &Path) -> GitError {
    let text = error.message();
    let unsupported =
        |message: String, help: &str| GitError::Unsupported { message, help: help.to_owned() };
    if error.code() == ErrorCode::NotFound {
        unsupported(
            format!("{} is in no git repository", folder.display()),
            "run it inside the repository, or `git init` one",
        )
    } else if error.code() == ErrorCode::Owner || text.contains("not owned by") {
        unsupported(
            format!("the repository at {} belongs to another user", folder.display()),
            "if you trust it: `git config --global --add safe.directory <its path>`",
        )
    } else if text.contains("extension") {
        unsupported(
            format!("this repository's format is not supported: {text}"),
            "a reftable repository can be converted: `git refs migrate --ref-format=files`",
        )
    } else {
        let class = if error.class() == ErrorClass::Config { " (configuration)" } else { "" };
        GitError::Other(format!("{text}{class}"))
    }
}

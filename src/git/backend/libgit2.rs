//! The backend that reads with libgit2, within this process.

use std::path::{Path, PathBuf};

use git2::{ErrorClass, ErrorCode, ObjectFormat, ObjectType, Repository, RepositoryOpenFlags};

use super::{Backend, Pointer, files};
use crate::git::object::{Object, ObjectKind};
use crate::git::settings::Settings;
use crate::git::{GitError, Lack, ObjectId, Seconds};

/// A repository opened by libgit2.
pub(super) struct Libgit2 {
    inner: Repository,
}

impl Libgit2 {
    pub(super) fn open(folder: &Path) -> Result<Self, GitError> {
        // What is read is held against its id above, whichever engine has read it.
        git2::opts::strict_hash_verification(false);
        // Objects that were read are kept above as well, where they are needed again.
        git2::opts::enable_caching(false);
        let nothing: [&Path; 0] = [];
        // Given a folder, libgit2 takes no notice of `GIT_DIR`.
        let inner = match std::env::var_os("GIT_DIR") {
            Some(_) => Repository::open_from_env(),
            None => Repository::open_ext(folder, RepositoryOpenFlags::FROM_ENV, nothing),
        };
        let inner = inner.map_err(|error| GitError::Unsupported {
            message: error.message().to_owned(),
            help: "`git status` says whether git itself reads it".to_owned(),
        });
        Ok(Self { inner: inner? })
    }

    /// The id as libgit2 has it; `None` where it is of another length than this repository's ids.
    /// Asked for such an id, libgit2 writes beyond the end of its buffers.
    fn oid(&self, id: &ObjectId) -> Result<Option<git2::Oid>, GitError> {
        let length = match self.inner.object_format() {
            ObjectFormat::Sha256 => 32,
            _ => 20,
        };
        let raw = id.as_bytes();
        if raw.len() == length { Ok(Some(git2::Oid::from_bytes(raw)?)) } else { Ok(None) }
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
        let oid = self.oid(id)?.ok_or_else(|| GitError::Absent(Lack::of(*id)))?;
        let found = database.read(oid).map_err(|error| missing(&error, id))?;
        let kind = match found.kind() {
            ObjectType::Commit => ObjectKind::Commit,
            ObjectType::Tree => ObjectKind::Tree,
            ObjectType::Tag => ObjectKind::Tag,
            _ => ObjectKind::Blob,
        };
        Ok(Object { kind, content: found.data().to_vec() })
    }

    fn has(&self, id: &ObjectId) -> Result<bool, GitError> {
        Ok(match self.oid(id)? {
            Some(oid) => self.inner.odb()?.exists(oid),
            None => false,
        })
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

    fn written_at(&self, folder: &str) -> Option<Seconds> {
        files::written_at(self.inner.commondir(), folder)
    }

    fn resolve(&self, revision: &str) -> Result<ObjectId, GitError> {
        // The name of a ref needs no object to be here.
        if let Ok(reference) = self.inner.resolve_reference_from_short_name(revision)
            && let Some(target) = reference.resolve().ok().and_then(|direct| direct.target())
        {
            return object_id(target);
        }
        match self.inner.revparse_single(revision) {
            Ok(found) => object_id(found.id()),
            Err(error) if error.class() == ErrorClass::Odb => Err(error.into()),
            Err(_) => Err(GitError::UnknownName(revision.to_owned())),
        }
    }

    fn settings(&self) -> Result<Settings, GitError> {
        let config = self.inner.config()?;
        let mut listed = config.entries(None)?;
        let mut entries = Vec::new();
        while let Some(entry) = listed.next() {
            let entry = entry?;
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let value = entry.has_value().then(|| text(entry.value_bytes()));
            entries.push((text(entry.name_bytes()), value));
        }
        Ok(Settings::new(entries))
    }
}

fn object_id(oid: git2::Oid) -> Result<ObjectId, GitError> {
    ObjectId::from_bytes(oid.as_bytes())
        .ok_or_else(|| GitError::Other("an object id of unknown length".to_owned()))
}

fn missing(error: &git2::Error, object: &ObjectId) -> GitError {
    match error.code() {
        ErrorCode::NotFound => GitError::Absent(Lack::of(*object)),
        _ => GitError::Other(error.message().to_owned()),
    }
}

impl From<git2::Error> for GitError {
    fn from(error: git2::Error) -> Self {
        Self::Other(error.message().to_owned())
    }
}

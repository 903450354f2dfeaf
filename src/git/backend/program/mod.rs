//! The backend that asks the git program, where libgit2 cannot open a repository: reftables, an
//! extension that it does not know, an owner whom only git's settings trust.

pub(in crate::git) mod child;
mod names;
mod objects;
mod open;

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use self::child::{answer, ask, reason};
use self::names::Refs;
use self::objects::Objects;
use super::{Backend, Pointer};
use crate::git::object::{Object, ObjectKind};
use crate::git::settings::Settings;
use crate::git::{GitError, Lack, ObjectId, Seconds};

/// A repository that git itself reads.
pub(super) struct Program {
    folder: PathBuf,
    work_tree: Option<PathBuf>,
    common_dir: PathBuf,
    objects: Objects,
    refs: OnceCell<Refs>,
}

impl Program {
    /// Opens the repository that git finds from `folder`, by all of its own rules.
    pub(super) fn open(folder: &Path) -> Result<Self, GitError> {
        let (common_dir, work_tree) = open::find(folder)?;
        Ok(Self {
            folder: folder.to_owned(),
            work_tree,
            common_dir,
            objects: Objects::new(folder.to_owned()),
            refs: OnceCell::new(),
        })
    }

    fn refs(&self) -> Result<&Refs, GitError> {
        if let Some(refs) = self.refs.get() {
            return Ok(refs);
        }
        let read = names::refs(&self.folder)?;
        Ok(self.refs.get_or_init(|| read))
    }
}

impl Backend for Program {
    fn work_tree(&self) -> Option<&Path> {
        self.work_tree.as_deref()
    }

    fn common_dir(&self) -> PathBuf {
        self.common_dir.clone()
    }

    fn object(&self, id: &ObjectId) -> Result<Object, GitError> {
        let Some((kind, content)) = self.objects.read(id)? else {
            return Err(GitError::Absent(Lack::of(*id)));
        };
        let kind = match kind.as_str() {
            "commit" => ObjectKind::Commit,
            "tree" => ObjectKind::Tree,
            "tag" => ObjectKind::Tag,
            "blob" => ObjectKind::Blob,
            other => {
                let message = format!("object {} is a {other}, which is not known", id.short());
                return Err(GitError::Other(message));
            }
        };
        Ok(Object { kind, content })
    }

    fn has(&self, id: &ObjectId) -> Result<bool, GitError> {
        self.objects.has(id)
    }

    fn reference(&self, name: &str) -> Result<Option<Pointer>, GitError> {
        if let Some(target) = names::symbolic(&self.folder, name, self.refs()?)? {
            return Ok(Some(Pointer::Ref(target)));
        }
        match self.refs()?.get(name.as_bytes()) {
            // No list has a HEAD that stands on a commit and no branch.
            None if name == "HEAD" => Ok(self.resolve(name).ok().map(Pointer::Object)),
            None => Ok(None),
            Some(found) => Ok(Some(Pointer::Object(found.clone()?.target))),
        }
    }

    fn targets_below(&self, folder: &str) -> Result<Vec<ObjectId>, GitError> {
        let below = self.refs()?.range(folder.as_bytes().to_vec()..);
        let below = below.take_while(|(name, _)| name.starts_with(folder.as_bytes()));
        let mut targets = Vec::new();
        for (_, found) in below {
            let found = found.clone()?;
            if !found.symbolic {
                targets.push(found.target);
            }
        }
        Ok(targets)
    }

    /// Not known: git may keep its refs in tables.
    fn written_at(&self, _folder: &str) -> Option<Seconds> {
        None
    }

    fn resolve(&self, revision: &str) -> Result<ObjectId, GitError> {
        let unknown = || GitError::UnknownName(revision.to_owned());
        let output = ask(&self.folder, &["rev-parse", "--verify", "--end-of-options", revision])?;
        if output.status.success() {
            let text = String::from_utf8_lossy(&output.stdout);
            return text.trim().parse().map_err(|_| unknown());
        }
        // A name that needs an object which is not here: not known, rather than no such name.
        let said = String::from_utf8_lossy(&output.stderr);
        let unread = ["Could not read", "could not fetch", "bad object", "unable to"];
        if unread.iter().any(|words| said.contains(words)) {
            let why = reason(&output.stderr);
            return Err(GitError::Other(format!("`{revision}` cannot be looked up: {why}")));
        }
        Err(unknown())
    }

    fn settings(&self) -> Result<Settings, GitError> {
        let output = answer(&self.folder, &["config", "--list", "-z"])?;
        let text = String::from_utf8_lossy(&output.stdout);
        let entries = text.split_terminator('\0').map(|entry| match entry.split_once('\n') {
            Some((key, value)) => (key.to_owned(), Some(value.to_owned())),
            None => (entry.to_owned(), None),
        });
        Ok(Settings::new(entries.collect()))
    }
}

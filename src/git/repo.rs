//! A repository, opened once per run: objects, names and configuration.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use git2::{ErrorClass, ErrorCode, ObjectType, Repository, RepositoryOpenFlags};

use super::{GitError, ObjectId, RefName, RepoPath, Seconds};

/// An open repository. Hands out owned data only; never writes.
pub struct Repo {
    pub(super) inner: Repository,
}

/// A commit's own data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its id.
    pub id: ObjectId,
    /// Its parents, the first one first.
    pub parents: Vec<ObjectId>,
    /// When it was committed: for a rebase or a merge, when it came to its branch.
    pub time: Seconds,
    /// The whole message.
    pub message: Vec<u8>,
}

impl Commit {
    /// The first line of the message, for people.
    #[must_use]
    pub fn subject(&self) -> String {
        let line = self.message.split(|byte| *byte == b'\n').next().unwrap_or_default();
        String::from_utf8_lossy(line).trim().to_owned()
    }
}

/// What a ref or an id stands for, tags peeled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peeled {
    /// The commit, where it ends in one.
    pub commit: Option<ObjectId>,
    /// Whether a tag object lies in between.
    pub annotated: bool,
}

/// What stands at a path in a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Entry {
    /// The mode as git stores it: `0o100644`, `0o120000`, `0o160000`, `0o40000`.
    pub mode: u32,
    /// The object.
    pub oid: ObjectId,
}

impl Entry {
    /// A plain file, executable or not.
    #[must_use]
    pub const fn is_file(&self) -> bool {
        self.mode & 0o170_000 == 0o100_000
    }
}

/// A file read from a commit's tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TreeFile {
    /// A plain file's content.
    Content(Vec<u8>),
    /// A symbolic link, a submodule or a folder: never followed.
    NotAFile(&'static str),
}

/// A remote's name and where it leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    /// `origin`.
    pub name: String,
    /// Its fetch and push URLs.
    pub urls: Vec<String>,
    /// Whether its configuration keeps tags from being fetched (`tagOpt = --no-tags`).
    pub without_tags: bool,
}

pub(super) fn id(oid: git2::Oid) -> Result<ObjectId, GitError> {
    ObjectId::from_bytes(oid.as_bytes())
        .ok_or_else(|| GitError::Other("an object id of unknown length".to_owned()))
}

pub(super) fn oid(id: &ObjectId) -> Result<git2::Oid, GitError> {
    Ok(git2::Oid::from_bytes(id.as_bytes())?)
}

impl Repo {
    /// Opens the repository that `folder` is in, or that `GIT_DIR` names.
    pub fn open(folder: &Path) -> Result<Self, GitError> {
        let nothing: [&Path; 0] = [];
        Repository::open_ext(folder, RepositoryOpenFlags::FROM_ENV, nothing)
            .map(|inner| Self { inner })
            .map_err(|error| open_error(&error, folder))
    }

    /// The top of the work tree; `None` in a bare repository.
    #[must_use]
    pub fn work_tree(&self) -> Option<&Path> {
        self.inner.workdir()
    }

    /// The git directory that all worktrees share.
    #[must_use]
    pub fn common_dir(&self) -> PathBuf {
        self.inner.commondir().to_owned()
    }

    /// Whether history is cut off somewhere.
    #[must_use]
    pub fn is_shallow(&self) -> bool {
        self.inner.is_shallow()
    }

    /// The commits at which a shallow clone is cut off: their parents exist, but not here. Empty in
    /// a full clone.
    pub fn cut_off_at(&self) -> Result<BTreeSet<ObjectId>, GitError> {
        let file = self.common_dir().join("shallow");
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(BTreeSet::new());
            }
            Err(error) => return Err(GitError::Other(format!("{}: {error}", file.display()))),
        };
        let line = |line: &str| {
            line.trim().parse().map_err(|error| GitError::Other(format!("shallow: {error}")))
        };
        text.lines().map(line).collect()
    }

    /// A configuration value, from any level, the environment's `GIT_CONFIG_*` left out.
    #[must_use]
    pub fn config(&self, key: &str) -> Option<String> {
        self.inner.config().ok()?.get_string(key).ok()
    }

    /// Every configured remote.
    pub fn remotes(&self) -> Result<Vec<Remote>, GitError> {
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

    /// What a ref stands for; `None` where there is no such ref.
    pub fn reference(&self, name: &RefName) -> Result<Option<Peeled>, GitError> {
        match self.inner.find_reference(name.as_str()) {
            Ok(reference) => {
                let direct = reference.resolve()?;
                match direct.target() {
                    Some(target) => Ok(Some(self.peel(&id(target)?)?)),
                    None => Ok(None),
                }
            }
            Err(error) if matches!(error.code(), ErrorCode::NotFound | ErrorCode::InvalidSpec) => {
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// When a tag was set: by its tagger, or, where it is no object of its own, when its commit
    /// was made. `None` where there is no such tag, or it ends in no commit.
    pub fn tag_time(&self, name: &RefName) -> Result<Option<Seconds>, GitError> {
        let Ok(reference) = self.inner.find_reference(name.as_str()) else { return Ok(None) };
        let tagged = reference.peel_to_tag().ok();
        let tagger = tagged.as_ref().and_then(|tag| tag.tagger().map(|who| who.when().seconds()));
        if let Some(seconds) = tagger {
            return Ok(Some(Seconds(seconds)));
        }
        let commit = self.reference(name)?.and_then(|peeled| peeled.commit);
        Ok(commit.map(|commit| self.commit(&commit)).transpose()?.map(|commit| commit.time))
    }

    /// The branch that `refs/remotes/<remote>/HEAD` points to.
    #[must_use]
    pub fn remote_head(&self, remote: &str) -> Option<String> {
        let head = self.inner.find_reference(&format!("refs/remotes/{remote}/HEAD")).ok()?;
        let target = head.symbolic_target().ok().flatten()?;
        target.strip_prefix(&format!("refs/remotes/{remote}/")).map(str::to_owned)
    }

    /// The commits that a remote's tracking refs stand on: what that remote is known to have.
    pub fn tracked_tips(&self, remote: &str) -> Result<Vec<ObjectId>, GitError> {
        let mut tips = Vec::new();
        for reference in self.inner.references_glob(&format!("refs/remotes/{remote}/*"))? {
            if let Some(target) = reference?.target() {
                tips.push(id(target)?);
            }
        }
        tips.sort_unstable();
        tips.dedup();
        Ok(tips)
    }

    /// Whether the object is here.
    #[must_use]
    pub fn has(&self, object: &ObjectId) -> bool {
        oid(object).is_ok_and(|oid| self.inner.find_object(oid, None).is_ok())
    }

    /// Follows tags to what they stand for.
    pub fn peel(&self, object: &ObjectId) -> Result<Peeled, GitError> {
        let found = self.object(object)?;
        let annotated = found.kind() == Some(ObjectType::Tag);
        match found.peel(ObjectType::Commit) {
            Ok(commit) => Ok(Peeled { commit: Some(id(commit.id())?), annotated }),
            Err(error) if matches!(error.code(), ErrorCode::InvalidSpec | ErrorCode::Peel) => {
                Ok(Peeled { commit: None, annotated })
            }
            Err(error) => Err(error.into()),
        }
    }

    fn object(&self, object: &ObjectId) -> Result<git2::Object<'_>, GitError> {
        self.inner.find_object(oid(object)?, None).map_err(|error| missing(&error, object))
    }

    /// The commit that a revision means: an id, a branch, a tag, `HEAD~2`.
    pub fn resolve(&self, revision: &str) -> Result<ObjectId, GitError> {
        if let Ok(object) = revision.parse::<ObjectId>() {
            let peeled = self.peel(&object)?;
            return peeled.commit.ok_or_else(|| not_a_commit(revision));
        }
        let found = self.inner.revparse_single(revision);
        let object = found.map_err(|_| GitError::UnknownName(revision.to_owned()))?;
        let commit = object.peel_to_commit().map_err(|_| not_a_commit(revision))?;
        id(commit.id())
    }

    /// A commit's data.
    pub fn commit(&self, commit: &ObjectId) -> Result<Commit, GitError> {
        let found =
            self.inner.find_commit(oid(commit)?).map_err(|error| missing(&error, commit))?;
        let parents = found.parent_ids().map(id).collect::<Result<_, _>>()?;
        Ok(Commit {
            id: *commit,
            parents,
            time: Seconds(found.time().seconds()),
            message: found.message_raw_bytes().to_vec(),
        })
    }

    /// What stands at `path` in a commit's tree.
    pub fn entry(&self, commit: &ObjectId, path: &RepoPath) -> Result<Option<Entry>, GitError> {
        let mut entry = Entry { mode: 0o40_000, oid: self.tree_of(commit)? };
        for name in path.as_bytes().split(|byte| *byte == b'/') {
            if entry.mode != 0o40_000 {
                return Ok(None);
            }
            let found = self.tree(&entry.oid)?;
            match found.iter().find(|candidate| candidate.name_bytes() == name) {
                Some(next) => entry = super::diff::entry_of(&next)?,
                None => return Ok(None),
            }
        }
        Ok(Some(entry))
    }

    /// The file at `path` in a commit's tree.
    pub fn file(&self, commit: &ObjectId, path: &RepoPath) -> Result<Option<TreeFile>, GitError> {
        let Some(entry) = self.entry(commit, path)? else { return Ok(None) };
        Ok(Some(match entry.mode & 0o170_000 {
            0o120_000 => TreeFile::NotAFile("a symbolic link"),
            0o160_000 => TreeFile::NotAFile("a submodule"),
            0o040_000 => TreeFile::NotAFile("a folder"),
            _ => TreeFile::Content(self.blob(&entry.oid)?),
        }))
    }

    /// A blob's content.
    pub fn blob(&self, blob: &ObjectId) -> Result<Vec<u8>, GitError> {
        let found = self.inner.find_blob(oid(blob)?).map_err(|error| missing(&error, blob))?;
        Ok(found.content().to_vec())
    }

    pub(super) fn tree_of(&self, commit: &ObjectId) -> Result<ObjectId, GitError> {
        let found =
            self.inner.find_commit(oid(commit)?).map_err(|error| missing(&error, commit))?;
        id(found.tree_id())
    }

    pub(super) fn tree(&self, tree: &ObjectId) -> Result<git2::Tree<'_>, GitError> {
        self.inner.find_tree(oid(tree)?).map_err(|error| missing(&error, tree))
    }
}

fn not_a_commit(name: &str) -> GitError {
    GitError::NotACommit { name: name.to_owned(), kind: "tree or a file" }
}

pub(super) fn missing(error: &git2::Error, object: &ObjectId) -> GitError {
    match error.code() {
        ErrorCode::NotFound => GitError::Absent(*object),
        _ => GitError::Other(error.message().to_owned()),
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

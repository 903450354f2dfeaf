//! A temporary folder that git writes objects into, beside those of the repository: for questions
//! that only git answers, and that shall leave nothing behind.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use git2::{ObjectType, Oid, Repository, RepositoryInitOptions};

use super::draft::{format_of, kind_for_git};
use super::object::{Object, ObjectKind};
use super::{GitError, ObjectId, Repo};

/// The folder, and what makes git use it. It goes away with this value. libgit2 writes and reads
/// there: that is quicker than a program that has to be started for each kind of object.
pub(super) struct SideStore {
    inner: Repository,
    objects: PathBuf,
    alternates: OsString,
    /// What was put there; all else git has written.
    kept: RefCell<BTreeSet<Oid>>,
    _folder: tempfile::TempDir,
}

impl SideStore {
    /// A store that holds what is kept in memory of these trees.
    pub(super) fn with_trees(repo: &Repo, trees: &[&ObjectId]) -> Result<Self, GitError> {
        let folder = tempfile::tempdir()
            .map_err(|error| GitError::Other(format!("no temporary folder: {error}")))?;
        let objects = match std::env::var_os("GIT_OBJECT_DIRECTORY") {
            Some(folder) => folder,
            None => repo.common_dir().join("objects").into_os_string(),
        };
        let mut alternates = OsString::from(quoted(&objects.to_string_lossy()));
        let others = std::env::var_os("GIT_ALTERNATE_OBJECT_DIRECTORIES");
        if let Some(others) = others.filter(|others| !others.is_empty()) {
            alternates.push(":");
            alternates.push(others);
        }
        let mut options = RepositoryInitOptions::new();
        options.bare(true).external_template(false);
        if let Some(tree) = trees.first() {
            options.object_format(format_of(tree));
        }
        let store = Self {
            inner: Repository::init_opts(folder.path(), &options)?,
            objects: folder.path().join("objects"),
            alternates,
            kept: RefCell::default(),
            _folder: folder,
        };
        for tree in trees {
            store.keep(&repo.needed(tree)?)?;
        }
        Ok(store)
    }

    /// Puts objects there.
    pub(super) fn keep(&self, objects: &[(ObjectId, Object)]) -> Result<(), GitError> {
        let store = self.inner.odb()?;
        for (_, object) in objects {
            let id = store.write(kind_for_git(object.kind), &object.content)?;
            self.kept.borrow_mut().insert(id);
        }
        Ok(())
    }

    /// The files and folders that git has written there.
    pub(super) fn made(&self) -> Result<Vec<(ObjectKind, Vec<u8>)>, GitError> {
        let store = self.inner.odb()?;
        store.refresh()?;
        let mut ids = Vec::new();
        store.foreach(|id| {
            ids.push(*id);
            true
        })?;
        let mut made = Vec::new();
        for id in ids.into_iter().filter(|id| !self.kept.borrow().contains(id)) {
            let object = store.read(id)?;
            match object.kind() {
                ObjectType::Blob => made.push((ObjectKind::Blob, object.data().to_vec())),
                ObjectType::Tree => made.push((ObjectKind::Tree, object.data().to_vec())),
                _ => {}
            }
        }
        Ok(made)
    }

    /// What a git that uses it is started with.
    pub(super) fn environment(&self) -> [(&'static str, &OsStr); 2] {
        [
            ("GIT_OBJECT_DIRECTORY", self.objects.as_os_str()),
            ("GIT_ALTERNATE_OBJECT_DIRECTORIES", self.alternates.as_os_str()),
        ]
    }
}

impl Repo {
    /// What leads from one tree to another, as `git apply` takes it: binary files, modes and links
    /// included. The trees may be kept in memory alone.
    pub fn patch(&self, old: &ObjectId, new: &ObjectId) -> Result<Vec<u8>, GitError> {
        let store = SideStore::with_trees(self, &[old, new])?;
        let (old, new) = (old.to_string(), new.to_string());
        let arguments = [
            "-c",
            "core.quotePath=true",
            "diff-tree",
            "-r",
            "-p",
            "--binary",
            "--full-index",
            "--no-renames",
            "--no-ext-diff",
            "--no-textconv",
            "--no-color",
            // No setting decides what is in it, and a patch with less context does not apply.
            "--ignore-submodules=none",
            "--submodule=short",
            "--unified=3",
            "--inter-hunk-context=0",
            "--no-relative",
            "-O/dev/null",
            "--src-prefix=a/",
            "--dst-prefix=b/",
            &old,
            &new,
        ];
        Ok(self.run(&arguments, &store.environment(), None)?.stdout)
    }
}

/// A path as one of the list of object folders: git reads quotes there.
fn quoted(path: &str) -> String {
    match path.contains([':', '"']) {
        true => format!("\"{}\"", path.replace('\\', "\\\\").replace('"', "\\\"")),
        false => path.to_owned(),
    }
}

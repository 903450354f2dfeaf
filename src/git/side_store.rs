//! A temporary folder that git writes objects into, beside those of the repository: for questions
//! that only git answers, and that shall leave nothing behind.

use std::ffi::{OsStr, OsString};

use super::{GitError, ObjectId, Repo};

/// The folder, and what makes git use it. It goes away with this value.
pub(super) struct SideStore {
    folder: tempfile::TempDir,
    alternates: OsString,
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
        let store = Self { folder, alternates };
        let mut needed = Vec::new();
        for tree in trees {
            needed.extend(repo.needed(tree)?);
        }
        needed.sort_by_key(|(id, _)| *id);
        needed.dedup_by_key(|(id, _)| *id);
        repo.store(&needed, &store.environment())?;
        Ok(store)
    }

    /// What a git that uses it is started with.
    pub(super) fn environment(&self) -> [(&'static str, &OsStr); 2] {
        [
            ("GIT_OBJECT_DIRECTORY", self.folder.path().as_os_str()),
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

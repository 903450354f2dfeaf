//! A tree that is asked for many paths: each folder is read once.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::object::Tree;
use super::{Entry, GitError, ObjectId, Repo, RepoPath};

/// A commit's tree, with the folders that were read so far.
pub struct View<'r> {
    repo: &'r Repo,
    root: ObjectId,
    folders: RefCell<HashMap<Vec<u8>, Option<Rc<Tree>>>>,
}

impl<'r> View<'r> {
    /// The tree of a commit.
    pub fn of_commit(repo: &'r Repo, commit: &ObjectId) -> Result<Self, GitError> {
        Ok(Self::new(repo, repo.commit(commit)?.tree))
    }

    /// A tree.
    #[must_use]
    pub fn new(repo: &'r Repo, root: ObjectId) -> Self {
        Self { repo, root, folders: RefCell::default() }
    }

    /// The tree itself.
    #[must_use]
    pub const fn root(&self) -> &ObjectId {
        &self.root
    }

    /// What stands at a path; a folder has an entry as well.
    pub fn entry(&self, path: &RepoPath) -> Result<Option<Entry>, GitError> {
        self.at(path.as_bytes())
    }

    /// What lies in a folder, with whole paths; nothing where there is none.
    pub fn children(&self, folder: &RepoPath) -> Result<Vec<(RepoPath, Entry)>, GitError> {
        let Some(tree) = self.folder(folder.as_bytes())? else { return Ok(Vec::new()) };
        tree.entries()
            .map(|found| {
                let found = found?;
                let path = [folder.as_bytes(), b"/", found.name].concat();
                Ok((RepoPath::from_bytes(&path), found.entry))
            })
            .collect()
    }

    fn at(&self, path: &[u8]) -> Result<Option<Entry>, GitError> {
        if path.is_empty() {
            return Ok(Some(Entry { mode: Entry::FOLDER, oid: self.root }));
        }
        let (folder, name) = match memchr::memrchr(b'/', path) {
            Some(slash) => (&path[..slash], &path[slash + 1..]),
            None => (&path[..0], path),
        };
        match self.folder(folder)? {
            Some(tree) => tree.find(name),
            None => Ok(None),
        }
    }

    fn folder(&self, path: &[u8]) -> Result<Option<Rc<Tree>>, GitError> {
        if let Some(known) = self.folders.borrow().get(path) {
            return Ok(known.clone());
        }
        let entry = self.at(path)?.filter(Entry::is_folder);
        let read = entry.map(|entry| self.repo.tree(&entry.oid)).transpose()?;
        self.folders.borrow_mut().insert(path.to_vec(), read.clone());
        Ok(read)
    }
}

//! Folders that are gone, or would go: git may hold one for renamed.

use std::collections::BTreeSet;

use super::{Patch, Replay};
use crate::git::{Entry, GitError, ObjectId, RepoPath, View};
use crate::rollback::clash::Reason;

impl Replay<'_> {
    /// The folder in which a file was made, where it is no more: git may hold it for renamed.
    pub(super) fn gone_folder(&self, patch: &Patch) -> Result<Option<RepoPath>, GitError> {
        let then = View::of_commit(self.repo, &patch.tree)?;
        for folder in patch.path.folders() {
            let was_there = then.entry(&folder)?.is_some_and(|entry| entry.is_folder());
            if was_there && self.is_gone(&folder)? {
                return Ok(Some(folder));
            }
        }
        Ok(None)
    }

    fn is_gone(&self, folder: &RepoPath) -> Result<bool, GitError> {
        let is_there = self.tip.entry(folder)?.is_some_and(|entry| entry.is_folder());
        // Only what takes files away can make a folder go: a large one is not read in vain.
        let loses = || folder.below(&self.now).any(|(_, entry)| entry.is_none());
        Ok((!is_there || loses()) && self.files_in(folder)?.is_empty())
    }

    /// What stands below a folder now.
    fn files_in(&self, folder: &RepoPath) -> Result<Vec<RepoPath>, GitError> {
        let edited = folder.below(&self.now).filter(|(_, entry)| entry.is_some());
        let mut files: BTreeSet<RepoPath> = edited.map(|(path, _)| path.clone()).collect();
        if let Some(tree) = self.tip.entry(folder)?.filter(Entry::is_folder) {
            for (path, _) in self.repo.entries_below(&tree.oid, folder)? {
                if self.at(&path)?.is_some() {
                    files.insert(path);
                }
            }
        }
        Ok(files.into_iter().collect())
    }

    /// Whether a change takes all of a folder away that has new files now, and makes others
    /// elsewhere: git holds such a folder for renamed, and the new files for lost.
    pub(super) fn takes_a_used_folder(
        &self,
        step: &ObjectId,
        patches: &[&Patch],
    ) -> Result<Option<Reason>, GitError> {
        let comes = patches.iter().any(|patch| patch.from.is_none() && patch.to.is_some());
        let goes = || patches.iter().filter(|patch| patch.to.is_none());
        let gone: BTreeSet<&RepoPath> = goes().map(|patch| &patch.then).collect();
        let gone_now: BTreeSet<&RepoPath> = goes().map(|patch| &patch.path).collect();
        if !comes || gone.is_empty() {
            return Ok(None);
        }
        let Some(tree) = patches.first().map(|patch| patch.tree) else { return Ok(None) };
        for folder in self.taken_whole(&tree, &gone)? {
            let mut files = self.files_in(&folder)?;
            files.retain(|path| !gone.contains(path) && !gone_now.contains(path));
            let files = self.new_since(step, files)?;
            if !files.is_empty() {
                return Ok(Some(Reason::FolderInUse(files)));
            }
        }
        Ok(None)
    }

    /// Leaves out files that stood there before a step and after it: a merge may bring a commit
    /// that knew nothing of them, and it has left them where they are.
    fn new_since(&self, step: &ObjectId, files: Vec<RepoPath>) -> Result<Vec<RepoPath>, GitError> {
        let Some(parent) = self.repo.commit(step)?.parents.first().copied() else {
            return Ok(files);
        };
        let before = View::of_commit(self.repo, &parent)?;
        let after = View::of_commit(self.repo, step)?;
        let mut new = Vec::new();
        for path in files {
            if before.entry(&path)?.is_none() || after.entry(&path)?.is_none() {
                new.push(path);
            }
        }
        Ok(new)
    }

    /// The folders of a commit of which nothing is left without these paths.
    fn taken_whole(
        &self,
        commit: &ObjectId,
        gone: &BTreeSet<&RepoPath>,
    ) -> Result<BTreeSet<RepoPath>, GitError> {
        let then = View::of_commit(self.repo, commit)?;
        let mut looked: Vec<RepoPath> = gone.iter().flat_map(|path| path.folders()).collect();
        let depth = |path: &RepoPath| memchr::memchr_iter(b'/', path.as_bytes()).count();
        looked.sort_by_key(|path| std::cmp::Reverse(depth(path)));
        looked.dedup();
        let mut whole = BTreeSet::new();
        for folder in looked {
            let children = then.children(&folder)?;
            let goes = |(path, entry): &(RepoPath, Entry)| match entry.is_folder() {
                true => whole.contains(path),
                false => gone.contains(path),
            };
            if !children.is_empty() && children.iter().all(goes) {
                whole.insert(folder);
            }
        }
        Ok(whole)
    }
}

//! Which paths differ between two trees: a walk of both, which reads only what differs. No rename
//! detection, so that a rename counts on both sides; modes, links and submodules count too.

use std::collections::BTreeMap;

use super::repo::{Entry, Repo, id};
use super::{GitError, ObjectId, RepoPath};

const TREE: u32 = 0o40_000;

/// One path that differs.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Change {
    /// The path.
    pub path: RepoPath,
    /// What was there before.
    pub old: Option<Entry>,
    /// What is there now.
    pub new: Option<Entry>,
}

pub(super) fn entry_of(entry: &git2::TreeEntry<'_>) -> Result<Entry, GitError> {
    let mode = u32::try_from(entry.filemode_raw()).unwrap_or_default();
    Ok(Entry { mode, oid: id(entry.id())? })
}

impl Repo {
    /// The paths that differ between two commits, sorted; `None` is the empty tree.
    pub fn changes(
        &self,
        old: Option<&ObjectId>,
        new: Option<&ObjectId>,
    ) -> Result<Vec<Change>, GitError> {
        let old = old.map(|commit| self.tree_of(commit)).transpose()?;
        let new = new.map(|commit| self.tree_of(commit)).transpose()?;
        let mut changes = Vec::new();
        if old != new {
            self.compare(old.as_ref(), new.as_ref(), &[], &mut changes)?;
        }
        changes.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(changes)
    }

    /// A commit's own changes: against its parent, against nothing for a root; of a merge, the
    /// paths that differ from every parent.
    pub fn own_changes(&self, commit: &super::Commit) -> Result<Vec<Change>, GitError> {
        self.changes_against(&commit.parents, &commit.id)
    }

    /// The paths of `head` that differ from every one of `bases`; from nothing where there is none.
    /// `old` of each change is that of the first base.
    pub fn changes_against(
        &self,
        bases: &[ObjectId],
        head: &ObjectId,
    ) -> Result<Vec<Change>, GitError> {
        let Some((first, others)) = bases.split_first() else {
            return self.changes(None, Some(head));
        };
        let mut changes = self.changes(Some(first), Some(head))?;
        for other in others {
            if changes.is_empty() {
                break;
            }
            let also = self.changes(Some(other), Some(head))?;
            changes.retain(|change| {
                also.binary_search_by(|candidate| candidate.path.cmp(&change.path)).is_ok()
            });
        }
        Ok(changes)
    }

    /// Every file, link and submodule of a commit below a folder (empty for all), sorted.
    pub fn entries(
        &self,
        commit: &ObjectId,
        folder: &str,
    ) -> Result<Vec<(RepoPath, Entry)>, GitError> {
        let root = if folder.is_empty() {
            Some(Entry { mode: TREE, oid: self.tree_of(commit)? })
        } else {
            self.entry(commit, &RepoPath::from(folder))?
        };
        let mut changes = Vec::new();
        if let Some(Entry { mode: TREE, oid }) = root {
            self.compare(None, Some(&oid), folder.as_bytes(), &mut changes)?;
        }
        let entries = changes.into_iter().filter_map(|change| Some((change.path, change.new?)));
        Ok(entries.collect::<BTreeMap<_, _>>().into_iter().collect())
    }

    fn compare(
        &self,
        old: Option<&ObjectId>,
        new: Option<&ObjectId>,
        folder: &[u8],
        changes: &mut Vec<Change>,
    ) -> Result<(), GitError> {
        let old = old.map(|tree| self.tree(tree)).transpose()?;
        let new = new.map(|tree| self.tree(tree)).transpose()?;
        let mut left = old.as_ref().map(|tree| tree.iter().peekable());
        let mut right = new.as_ref().map(|tree| tree.iter().peekable());
        loop {
            let before = left.as_mut().and_then(|entries| entries.peek().map(sort_key));
            let after = right.as_mut().and_then(|entries| entries.peek().map(sort_key));
            let (take_left, take_right) = match (&before, &after) {
                (None, None) => return Ok(()),
                (Some(_), None) => (true, false),
                (None, Some(_)) => (false, true),
                (Some(before), Some(after)) => (before <= after, after <= before),
            };
            let gone = left.as_mut().filter(|_| take_left).and_then(Iterator::next);
            let come = right.as_mut().filter(|_| take_right).and_then(Iterator::next);
            self.pair(gone.as_ref(), come.as_ref(), folder, changes)?;
        }
    }

    /// Compares two entries of one name and one kind (folder or not); either may be absent.
    fn pair(
        &self,
        old: Option<&git2::TreeEntry<'_>>,
        new: Option<&git2::TreeEntry<'_>>,
        folder: &[u8],
        changes: &mut Vec<Change>,
    ) -> Result<(), GitError> {
        let Some(name) = old.or(new).map(git2::TreeEntry::name_bytes) else { return Ok(()) };
        let path = if folder.is_empty() { name.to_vec() } else { [folder, b"/", name].concat() };
        let old = old.map(entry_of).transpose()?;
        let new = new.map(entry_of).transpose()?;
        if old == new {
            return Ok(());
        }
        if old.or(new).is_some_and(|entry| entry.mode == TREE) {
            let old = old.map(|entry| entry.oid);
            let new = new.map(|entry| entry.oid);
            return self.compare(old.as_ref(), new.as_ref(), &path, changes);
        }
        changes.push(Change { path: RepoPath::from_bytes(&path), old, new });
        Ok(())
    }
}

/// git sorts a folder as if its name ended in a slash; with the slash in the key, a file that
/// becomes a folder of the same name falls apart into a deletion and additions.
fn sort_key(entry: &git2::TreeEntry<'_>) -> Vec<u8> {
    let mut key = entry.name_bytes().to_vec();
    if entry.filemode_raw() == 0o40_000 {
        key.push(b'/');
    }
    key
}

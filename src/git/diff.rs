//! Which paths differ between two trees: a walk of both, which reads only what differs. No rename
//! detection, so that a rename counts on both sides; modes, links and submodules count too.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::object::{Tree, TreeEntries, TreeEntry};
use super::{Commit, Entry, GitError, ObjectId, Repo, RepoPath};

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

/// How many comparisons are kept, and of how many changes one may be.
const KEPT_COMPARISONS: usize = 4096;
const KEPT_CHANGES: usize = 64;

/// What was compared lately, by the trees.
pub(super) type Compared = HashMap<(Option<ObjectId>, Option<ObjectId>), Vec<Change>>;

impl Repo {
    /// The paths that differ between two commits, sorted; `None` is the empty tree.
    pub fn changes(
        &self,
        old: Option<&ObjectId>,
        new: Option<&ObjectId>,
    ) -> Result<Vec<Change>, GitError> {
        let tree = |commit: &ObjectId| self.tree_of(commit);
        let old = old.map(tree).transpose()?;
        let new = new.map(tree).transpose()?;
        if let Some(known) = self.compared.borrow().get(&(old, new)) {
            return Ok(known.clone());
        }
        let changes = self.tree_changes(old.as_ref(), new.as_ref(), &[])?;
        // A push looks at its commits as work and as steps. What is large is not kept.
        if changes.len() <= KEPT_CHANGES {
            let mut compared = self.compared.borrow_mut();
            if compared.len() == KEPT_COMPARISONS {
                compared.clear();
            }
            compared.insert((old, new), changes.clone());
        }
        Ok(changes)
    }

    /// The paths that differ between two trees, sorted.
    pub fn changes_between(&self, old: &ObjectId, new: &ObjectId) -> Result<Vec<Change>, GitError> {
        self.tree_changes(Some(old), Some(new), &[])
    }

    /// The paths at which a commit differs from a tree, sorted.
    pub fn changes_to(&self, tree: &ObjectId, commit: &ObjectId) -> Result<Vec<Change>, GitError> {
        self.changes_between(tree, &self.tree_of(commit)?)
    }

    /// The paths below `folder` that differ between two trees, sorted; `None` is the empty tree.
    pub(super) fn tree_changes(
        &self,
        old: Option<&ObjectId>,
        new: Option<&ObjectId>,
        folder: &[u8],
    ) -> Result<Vec<Change>, GitError> {
        let mut comparison =
            Comparison { repo: self, path: folder.to_vec(), depth: 0, changes: Vec::new() };
        if old != new {
            comparison.trees(old, new)?;
        }
        let mut changes = comparison.changes;
        changes.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(changes)
    }

    /// A commit's own changes: against its parent, against nothing for a root; of a merge, the
    /// paths that differ from every parent.
    pub fn own_changes(&self, commit: &Commit) -> Result<Vec<Change>, GitError> {
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
            Some(Entry { mode: Entry::FOLDER, oid: self.tree_of(commit)? })
        } else {
            self.entry(commit, &RepoPath::from(folder))?
        };
        let Some(root) = root.filter(Entry::is_folder) else { return Ok(Vec::new()) };
        let all = self.tree_changes(None, Some(&root.oid), folder.as_bytes())?;
        Ok(all.into_iter().filter_map(|change| Some((change.path, change.new?))).collect())
    }
}

impl Repo {
    /// Every file, link and submodule below a folder's tree, with its whole path, sorted.
    pub fn entries_below(
        &self,
        tree: &ObjectId,
        folder: &RepoPath,
    ) -> Result<Vec<(RepoPath, Entry)>, GitError> {
        let all = self.tree_changes(None, Some(tree), folder.as_bytes())?;
        Ok(all.into_iter().filter_map(|change| Some((change.path, change.new?))).collect())
    }
}

/// A walk of two trees under way.
struct Comparison<'r> {
    repo: &'r Repo,
    /// The folder that is compared.
    path: Vec<u8>,
    /// How many folders deep it is.
    depth: usize,
    changes: Vec<Change>,
}

/// How deep folders may lie in one another: git's own `core.maxTreeDepth`.
const DEPTH: usize = 2048;

impl Comparison<'_> {
    fn trees(&mut self, old: Option<&ObjectId>, new: Option<&ObjectId>) -> Result<(), GitError> {
        let Some(any) = old.or(new) else { return Ok(()) };
        let empty = Tree::empty(*any);
        let read = |tree: Option<&ObjectId>| tree.map(|tree| self.repo.tree(tree)).transpose();
        let (old, new) = (read(old)?, read(new)?);
        let mut left = old.as_deref().unwrap_or(&empty).entries();
        let mut right = new.as_deref().unwrap_or(&empty).entries();
        left.skip_shared(&mut right);
        let mut before = next(&mut left)?;
        let mut after = next(&mut right)?;
        loop {
            let order = match (&before, &after) {
                (None, None) => return Ok(()),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(before), Some(after)) => before.order(after),
            };
            let gone = before.filter(|_| order.is_le());
            let come = after.filter(|_| order.is_ge());
            self.pair(gone, come)?;
            if order.is_eq() {
                left.skip_shared(&mut right);
            }
            if order.is_le() {
                before = next(&mut left)?;
            }
            if order.is_ge() {
                after = next(&mut right)?;
            }
        }
    }

    fn deeper(&mut self, old: Option<&ObjectId>, new: Option<&ObjectId>) -> Result<(), GitError> {
        if self.depth == DEPTH {
            return Err(GitError::Other(format!("folders lie more than {DEPTH} deep")));
        }
        self.depth += 1;
        self.trees(old, new)?;
        self.depth -= 1;
        Ok(())
    }

    /// Compares two entries of one name and one kind (folder or not); either may be absent.
    fn pair(
        &mut self,
        old: Option<TreeEntry<'_>>,
        new: Option<TreeEntry<'_>>,
    ) -> Result<(), GitError> {
        let Some(any) = old.or(new) else { return Ok(()) };
        let (old, new) = (old.map(|old| old.entry), new.map(|new| new.entry));
        if old == new {
            return Ok(());
        }
        let folder = self.path.len();
        if folder > 0 {
            self.path.push(b'/');
        }
        self.path.extend_from_slice(any.name);
        if any.entry.is_folder() {
            let oid = |entry: Option<Entry>| entry.map(|entry| entry.oid);
            self.deeper(oid(old).as_ref(), oid(new).as_ref())?;
        } else {
            self.changes.push(Change { path: RepoPath::from_bytes(&self.path), old, new });
        }
        self.path.truncate(folder);
        Ok(())
    }
}

fn next<'t>(entries: &mut TreeEntries<'t>) -> Result<Option<TreeEntry<'t>>, GitError> {
    entries.next().transpose()
}

//! What two sides have in common that parted at several commits.
//!
//! Where branches were merged into each other crosswise, there is no one commit at which they
//! parted: `git merge-base --all` gives several, none of them an ancestor of another, and which
//! comes first is chance. git itself never takes one of them for all. `A..B` hides the tip `A`, and
//! a merge first merges the merge bases ("merged common ancestors") and takes the outcome for the
//! base. So does this, in memory. Where the bases cannot be put together git goes on with markers
//! of a conflict; here that is kept in mind, and nobody may take such a path for unchanged.

use std::collections::BTreeSet;

use super::draft::EditError;
use super::merge_file::{FileMerge, merge_files};
use super::object::ObjectKind;
use super::{Edits, Entry, GitError, ObjectId, Repo, RepoPath, Seconds, View};

/// The tree that several commits come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// The tree; it may be in memory alone.
    pub tree: ObjectId,
    /// The paths at which they cannot be put together: there the tree has what the first one has.
    pub unsure: BTreeSet<RepoPath>,
}

/// How often merge bases may have several merge bases of their own. Beyond that nothing is sure
/// that differs.
const CROSSINGS: usize = 16;

impl Repo {
    /// A commit in memory that stands for the several merge bases which a `tip` has with something
    /// else: its tree is what they come to, and where they conflict what the first of them has. Its
    /// first parent stands on the tip's line of first parents: what has landed there is told up to
    /// that one, and what this commit brings is the rest that both sides have.
    pub fn common_ground(&self, tip: &ObjectId, bases: &[ObjectId]) -> Result<ObjectId, GitError> {
        let mut parents: Vec<ObjectId> = self.end_of_line(tip, bases)?.into_iter().collect();
        let others = bases.iter().filter(|base| !parents.contains(base)).copied();
        parents.extend(others.collect::<Vec<_>>());
        // The one on the line comes first: where they conflict, its content is what the range
        // begins with.
        let in_order: Vec<ObjectId> =
            parents.iter().filter(|parent| bases.contains(parent)).copied().collect();
        let tree = self.joined(&in_order)?.tree;
        let mut time = Seconds(0);
        for base in bases {
            time = time.max(self.node(base)?.time);
        }
        self.draft_merge(&tree, &parents, time, "merged common ancestors")
    }

    /// One commit at which `head` parted from `tip`: of several merge bases the one on the tip's
    /// line of first parents, where one is. All of them count: this is to name a place.
    pub fn parting(&self, tip: &ObjectId, head: &ObjectId) -> Result<Option<ObjectId>, GitError> {
        let bases = self.merge_bases(tip, head)?;
        if let [_, _, ..] = bases.as_slice()
            && let Some(on_line) = self.end_of_line(tip, &bases)?
            && bases.contains(&on_line)
        {
            return Ok(Some(on_line));
        }
        Ok(bases.first().copied())
    }

    /// The newest commit on the line of first parents of `tip` that one of these has.
    fn end_of_line(
        &self,
        tip: &ObjectId,
        bases: &[ObjectId],
    ) -> Result<Option<ObjectId>, GitError> {
        let line = self.first_parents(tip, bases)?;
        match line.last() {
            Some(oldest) => Ok(oldest.parents.first().copied()),
            None => Ok(Some(*tip)),
        }
    }

    /// What several commits come to, put together one after the other as git does.
    pub fn joined(&self, commits: &[ObjectId]) -> Result<Joined, GitError> {
        self.joined_within(commits, CROSSINGS)
    }

    fn joined_within(&self, commits: &[ObjectId], crossings: usize) -> Result<Joined, GitError> {
        let Some((first, others)) = commits.split_first() else {
            return Err(GitError::Other("nothing was to be put together".to_owned()));
        };
        let mut joined = Joined { tree: self.tree_of(first)?, unsure: BTreeSet::new() };
        for (count, other) in (1..).zip(others) {
            let before = commits.get(..count).unwrap_or_default();
            self.join(&mut joined, (before, other), crossings)?;
        }
        Ok(joined)
    }

    /// Puts what leads to `other` from where it parted from those `before` onto what they come to.
    fn join(
        &self,
        joined: &mut Joined,
        (before, other): (&[ObjectId], &ObjectId),
        crossings: usize,
    ) -> Result<(), GitError> {
        let theirs = self.tree_of(other)?;
        let mut roots = BTreeSet::new();
        for one in before {
            roots.extend(self.merge_bases(one, other)?);
        }
        let roots = self.newest(&roots)?;
        let root = match (roots.as_slice(), crossings) {
            ([], _) => None,
            ([_, _, ..], 0) => {
                let differing = self.changes_between(&joined.tree, &theirs)?;
                joined.unsure.extend(differing.into_iter().map(|change| change.path));
                return Ok(());
            }
            (roots, _) => Some(self.joined_within(roots, crossings.saturating_sub(1))?),
        };
        if root.as_ref().is_some_and(|root| root.tree == joined.tree && root.unsure.is_empty()) {
            joined.tree = theirs;
            return Ok(());
        }
        let changes =
            self.tree_changes(root.as_ref().map(|root| &root.tree), Some(&theirs), &[])?;
        let (ours, theirs) = (View::new(self, joined.tree), View::new(self, theirs));
        let mut unsure = BTreeSet::new();
        for path in root.into_iter().flat_map(|root| root.unsure) {
            if ours.entry(&path)? != theirs.entry(&path)? {
                unsure.insert(path);
            }
        }
        let mut edits = Edits::new();
        for change in changes {
            if unsure.contains(&change.path) {
                continue;
            }
            if let Some(entry) = self.onto((change.old, change.new), ours.entry(&change.path)?)? {
                edits.insert(change.path, entry);
            } else {
                unsure.insert(change.path);
            }
        }
        joined.tree = loop {
            let made = edits.iter().map(|(path, entry)| (path, *entry));
            match self.with_edits(&joined.tree, made) {
                Ok(tree) => break tree,
                // A file of one side stands where the other has a folder: git sets one aside.
                Err(EditError::Clash(place)) => {
                    let differing = self.changes_between(ours.root(), theirs.root())?;
                    let paths = differing.into_iter().map(|change| change.path);
                    unsure.extend(paths.filter(|path| is_within(path, &place)));
                    edits.retain(|path, _| !is_within(path, &place));
                }
                Err(EditError::Git(error)) => return Err(error),
            }
        };
        joined.unsure.extend(unsure);
        Ok(())
    }

    /// What a change from one entry to another makes of what stands there now; `None` where that is
    /// not plain. What it makes may be in memory alone.
    pub fn onto(
        &self,
        (old, new): (Option<Entry>, Option<Entry>),
        now: Option<Entry>,
    ) -> Result<Option<Option<Entry>>, GitError> {
        if now == old || now == new {
            return Ok(Some(new));
        }
        let (Some(base), Some(ours), Some(theirs)) = (old, now, new) else {
            return Ok(None);
        };
        if ![base, ours, theirs].iter().all(Entry::is_file) || base.mode != theirs.mode {
            return Ok(None);
        }
        let read = |entry: Entry| self.blob(&entry.oid);
        Ok(match merge_files(&read(base)?, &read(ours)?, &read(theirs)?)? {
            FileMerge::Clean(content) => {
                let oid = self.draft(ObjectKind::Blob, content, &ours.oid)?;
                Some(Some(Entry { mode: ours.mode, oid }))
            }
            _ => None,
        })
    }
}

/// Whether a path is this one, or lies below it.
fn is_within(path: &RepoPath, place: &RepoPath) -> bool {
    path == place || path.folders().any(|folder| folder == *place)
}

#[cfg(test)]
mod tests;

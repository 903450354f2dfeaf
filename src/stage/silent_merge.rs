//! What a merge that says nothing did by itself, beside what git makes of its sides or instead of
//! it. A merge of any number of sides can take one of them whole (`git merge -s ours`, or a conflict
//! settled with `--ours`): what the others had done is gone, and nothing in the merge says so.
//! <https://git-scm.com/docs/merge-strategies>

use std::collections::{BTreeMap, BTreeSet};

use crate::git::{Change, Commit, GitError, ObjectId, Repo, RepoPath, View};

/// A merge, held against what git makes of its sides.
pub(super) struct SilentMerge {
    /// Where it has something else: `old` is what git makes of all sides.
    departs: BTreeMap<RepoPath, Change>,
    /// Where git leaves it to whoever merges.
    settled: BTreeSet<RepoPath>,
}

impl SilentMerge {
    /// `None` where what the sides had in common cannot be read: of that merge no more is known than
    /// that it differs from every parent.
    pub(super) fn of(repo: &Repo, merge: &Commit) -> Option<Self> {
        let together = repo.joined(&merge.parents).ok()?;
        let departs = repo.changes_to(&together.tree, &merge.id).ok()?;
        let departs = departs.into_iter().map(|change| (change.path.clone(), change));
        let departs = departs.filter(|(path, _)| !together.unsure.contains(path)).collect();
        Some(Self { departs, settled: together.unsure })
    }

    /// Whether the merge has what git makes of its sides there.
    pub(super) fn put_together(&self, path: &RepoPath) -> bool {
        !self.departs.contains_key(path) && !self.settled.contains(path)
    }

    /// The paths at which the merge set back what git makes of its sides: to what one of them has,
    /// or where git has put several together. What it did to a path beside that stands among its own
    /// changes.
    pub(super) fn set_back(
        &self,
        repo: &Repo,
        parents: &[ObjectId],
    ) -> Result<Vec<&RepoPath>, GitError> {
        let added = self.departs.values().filter(|change| change.old.is_none());
        let added: BTreeSet<ObjectId> =
            added.filter_map(|change| change.new).map(|entry| entry.oid).collect();
        let sides: Vec<View<'_>> =
            parents.iter().map(|parent| View::of_commit(repo, parent)).collect::<Result<_, _>>()?;
        let mut paths = Vec::new();
        for change in self.departs.values() {
            // One side's new file followed the folder that another one renamed.
            let moved = change.old.is_some_and(|entry| added.contains(&entry.oid));
            if change.new.is_none() && moved {
                continue;
            }
            let mut stood = Vec::with_capacity(sides.len());
            for side in &sides {
                stood.push(side.entry(&change.path)?);
            }
            if stood.contains(&change.new) || !stood.contains(&change.old) {
                paths.push(&change.path);
            }
        }
        Ok(paths)
    }
}

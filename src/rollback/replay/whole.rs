//! Asks git about a whole step, where single files do not tell.

use super::{Patch, Plain, Replay};
use crate::git::{EditError, GitError, RepoPath, WholeMerge};
use crate::rollback::clash::{Played, Reason};

impl Replay<'_> {
    /// Whether attributes speak about a path at which git would merge content: it would take them
    /// from whatever is checked out. Then it is not asked, and what it would be asked is in
    /// conflict.
    pub(super) fn have_their_own_way(
        &self,
        patches: &[&Patch],
        outcomes: &mut [Plain],
    ) -> Result<bool, GitError> {
        let mut found = self.repo.renormalizes()?.then(|| "`merge.renormalize`".to_owned());
        for (patch, outcome) in patches.iter().zip(outcomes.iter()) {
            let comes_or_goes = patch.from.is_none() || patch.to.is_none();
            found = match (found, outcome) {
                (None, Plain::Clash(Reason::Attribute(line))) => Some(line.clone()),
                (None, Plain::Ask(_)) => self.repo.merge_attribute(&self.onto, &patch.path)?,
                (None, _) if comes_or_goes => self.repo.merge_attribute(&self.onto, &patch.path)?,
                (found, _) => found,
            };
        }
        let Some(line) = found else { return Ok(false) };
        for outcome in outcomes.iter_mut().filter(|outcome| matches!(outcome, Plain::Ask(_))) {
            *outcome = Plain::Clash(Reason::Attribute(line.clone()));
        }
        Ok(true)
    }

    /// git's own merge of a whole commit, limited to the changes that are played. `None` where git
    /// cannot be asked: it is not there, or the files had other names then.
    pub(super) fn by_git(&self, patches: &[&Patch]) -> Result<Option<WholeMerge>, GitError> {
        let Some(tree) = patches.first().map(|patch| patch.tree) else { return Ok(None) };
        if patches.iter().any(|patch| patch.path != patch.then || patch.tree != tree) {
            return Ok(None);
        }
        let base = self.repo.commit(&tree)?.tree;
        let change = patches.iter().map(|patch| (&patch.path, patch.to));
        let now = self.now.iter().map(|(path, entry)| (path, *entry));
        let trees = self
            .repo
            .with_edits(&base, change)
            .and_then(|theirs| Ok((theirs, self.repo.with_edits(self.tip.root(), now)?)));
        let (theirs, ours) = match trees {
            Ok(trees) => trees,
            Err(EditError::Clash(_)) => return Ok(None),
            Err(EditError::Git(error)) => return Err(error),
        };
        match self.repo.merge_whole(&base, &ours, &theirs) {
            Ok(merged) => Ok(Some(merged)),
            Err(GitError::NoProgram(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Takes git's outcome, as long as it stays on the paths that were asked about. What is plain
    /// stays so: a conflict elsewhere in the step is nobody else's.
    pub(super) fn take(
        &mut self,
        played: Played,
        patches: &[&Patch],
        outcomes: &[Plain],
        merged: WholeMerge,
    ) {
        let reason = match merged {
            WholeMerge::Conflict(words) => Reason::Git(words),
            WholeMerge::Clean(changes) => {
                let ours = |path: &RepoPath| patches.iter().any(|patch| patch.path == *path);
                let others: Vec<&RepoPath> =
                    changes.iter().map(|change| &change.path).filter(|path| !ours(path)).collect();
                match others.is_empty() {
                    true => {
                        for change in changes {
                            self.set(&change.path, change.new);
                        }
                        for (patch, outcome) in patches.iter().zip(outcomes) {
                            if let Plain::Clash(own) = outcome {
                                self.clash(&patch.path, played, own.clone());
                            }
                        }
                        return;
                    }
                    false => {
                        let renamed = |path: &RepoPath| {
                            let nearest = others.iter().max_by_key(|other| common_end(path, other));
                            nearest.map(|other| Reason::Renamed((*other).clone()))
                        };
                        return self.take_clashes(played, patches, outcomes, &renamed);
                    }
                }
            }
        };
        self.take_clashes(played, patches, outcomes, &|_| Some(reason.clone()));
    }

    /// Keeps what is plain, and takes what git was asked about for in the way, for a reason.
    fn take_clashes(
        &mut self,
        played: Played,
        patches: &[&Patch],
        outcomes: &[Plain],
        reason: &dyn Fn(&RepoPath) -> Option<Reason>,
    ) {
        for (patch, outcome) in patches.iter().zip(outcomes) {
            match outcome {
                Plain::Becomes(entry) => self.set(&patch.path, *entry),
                Plain::Clash(own) => self.clash(&patch.path, played, own.clone()),
                // git suggests to rename the folder, which says less.
                Plain::Ask(own @ (Reason::FolderInUse(_) | Reason::FolderGone(_))) => {
                    self.clash(&patch.path, played, own.clone());
                }
                Plain::Ask(own) => {
                    let reason = reason(&patch.path).unwrap_or_else(|| own.clone());
                    self.clash(&patch.path, played, reason);
                }
            }
        }
    }
}

/// How much two names have in common at their ends: a folder that was renamed keeps its files'.
fn common_end(one: &RepoPath, other: &RepoPath) -> usize {
    let (one, other) = (one.as_bytes().iter().rev(), other.as_bytes().iter().rev());
    one.zip(other).take_while(|(one, other)| one == other).count()
}

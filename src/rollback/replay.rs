//! Plays changes again, backwards or forwards, on a tree that has moved on since: path by path, by
//! three-way merge, in memory. What is not plain is a conflict, never a guess.
//!
//! git merges whole trees, and so knows of renames. Where one could make a difference, git itself
//! is asked about the whole step; without it, the path is in conflict. The cases were found by
//! holding the two against each other: a file that is gone, a file that comes back to a folder that
//! is gone, a folder that goes away under somebody else's new files.

mod folders;
mod whole;

use std::collections::{BTreeMap, BTreeSet};

use super::clash::{Clash, Played, Reason};
use crate::git::{
    Change, EditError, Edits, Entry, FileMerge, GitError, ObjectId, ObjectKind, Repo, RepoPath,
    View, merge_files,
};

/// A change that is to be made to whatever stands at a path now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    /// The path, by the name that it has now.
    pub path: RepoPath,
    /// The name that it had when the change was made.
    pub then: RepoPath,
    /// The commit whose tree has `from` there.
    pub tree: ObjectId,
    /// What it leads from.
    pub from: Option<Entry>,
    /// What it leads to.
    pub to: Option<Entry>,
}

/// Changes played so far.
pub struct Replay<'r> {
    repo: &'r Repo,
    onto: ObjectId,
    tip: View<'r>,
    now: Edits,
    /// What a change would have taken away, and somebody else had taken away before.
    gone: BTreeSet<RepoPath>,
    clashes: BTreeMap<RepoPath, Clash>,
}

/// What single files alone say of one change.
enum Plain {
    /// It leads to this.
    Becomes(Option<Entry>),
    /// It cannot be made.
    Clash(Reason),
    /// Whole trees have to be looked at; without that, it cannot be made, for this reason.
    Ask(Reason),
}

impl<'r> Replay<'r> {
    /// Begins on a commit.
    pub fn new(repo: &'r Repo, onto: &ObjectId) -> Result<Self, GitError> {
        Ok(Self {
            repo,
            onto: *onto,
            tip: View::of_commit(repo, onto)?,
            now: Edits::new(),
            gone: BTreeSet::new(),
            clashes: BTreeMap::new(),
        })
    }

    /// What stands at a path now.
    pub fn at(&self, path: &RepoPath) -> Result<Option<Entry>, GitError> {
        match self.now.get(path) {
            Some(entry) => Ok(*entry),
            None => Ok(self.tip.entry(path)?.filter(|entry| !entry.is_folder())),
        }
    }

    /// Whether a change at this path could not be made.
    #[must_use]
    pub fn clashes_at(&self, path: &RepoPath) -> bool {
        self.clashes.contains_key(path)
    }

    /// Says that a change cannot be made.
    pub fn clash(&mut self, path: &RepoPath, played: Played, reason: Reason) {
        let Played { step, order } = played;
        let clash = Clash { path: path.clone(), step, order, reason };
        self.clashes.entry(path.clone()).or_insert(clash);
    }

    /// Sets a path, whatever stands there.
    pub fn set(&mut self, path: &RepoPath, entry: Option<Entry>) {
        self.now.insert(path.clone(), entry);
    }

    /// Plays the changes of one commit. Paths that clashed before are passed over.
    pub fn play(&mut self, played: Played, patches: &[Patch]) -> Result<(), GitError> {
        let patches: Vec<&Patch> =
            patches.iter().filter(|patch| !self.clashes_at(&patch.path)).collect();
        let mut outcomes = Vec::with_capacity(patches.len());
        for patch in &patches {
            outcomes.push(self.plain(patch)?);
            if patch.from.is_some() && patch.to.is_none() && self.at(&patch.path)?.is_none() {
                self.gone.insert(patch.path.clone());
            }
        }
        if outcomes.iter().all(|outcome| matches!(outcome, Plain::Becomes(_)))
            && let Some(reason) = self.takes_a_used_folder(&played.step, &patches)?
        {
            let moves = |patch: &Patch| patch.from.is_none() || patch.to.is_none();
            let moved = patches.iter().zip(&mut outcomes).filter(|(patch, _)| moves(patch));
            moved.for_each(|(_, outcome)| *outcome = Plain::Ask(reason.clone()));
        }
        let asks = outcomes.iter().any(|outcome| matches!(outcome, Plain::Ask(_)));
        let asks = asks && !self.have_their_own_way(&patches, &mut outcomes)?;
        if asks && let Some(merged) = self.by_git(&patches)? {
            self.take(played, &patches, &outcomes, merged);
            return Ok(());
        }
        for (patch, outcome) in patches.iter().zip(outcomes) {
            match outcome {
                Plain::Becomes(entry) => self.set(&patch.path, entry),
                Plain::Clash(reason) | Plain::Ask(reason) => {
                    self.clash(&patch.path, played, reason);
                }
            }
        }
        Ok(())
    }

    /// What became of it all: the edits of the tip, or what stands in the way.
    pub fn finish(mut self) -> Result<Outcome, GitError> {
        let mut changes = Vec::new();
        for (path, new) in std::mem::take(&mut self.now) {
            let old = self.tip.entry(&path)?.filter(|known| !known.is_folder());
            if old != new {
                changes.push(Change { path, old, new });
            }
        }
        let edits = changes.iter().map(|change| (&change.path, change.new));
        let tree = match self.repo.with_edits(self.tip.root(), edits) {
            Ok(tree) => Some(tree),
            Err(EditError::Clash(path)) => {
                let played = Played { step: self.onto, order: usize::MAX };
                self.clash(&path, played, Reason::FolderInTheWay);
                None
            }
            Err(EditError::Git(error)) => return Err(error),
        };
        let clashes: Vec<Clash> = self.clashes.into_values().collect();
        Ok(Outcome { tree: tree.filter(|_| clashes.is_empty()), changes, clashes })
    }

    fn plain(&self, patch: &Patch) -> Result<Plain, GitError> {
        let now = self.at(&patch.path)?;
        if now == patch.to && (now.is_some() || patch.from.is_none()) {
            return Ok(Plain::Becomes(now));
        }
        Ok(match (patch.from, now, patch.to) {
            (from, now, to) if from == now => match to {
                // It was there in between, and is not gone by the step that is played backwards.
                Some(_) if now.is_none() && self.gone.contains(&patch.path) => {
                    Plain::Clash(Reason::GoneSince)
                }
                Some(_) if now.is_none() => match self.gone_folder(patch)? {
                    Some(folder) => Plain::Ask(Reason::FolderGone(folder)),
                    None => Plain::Becomes(to),
                },
                _ => Plain::Becomes(to),
            },
            (Some(_), None, _) => Plain::Ask(Reason::GoneSince),
            (Some(_), Some(_), None) => Plain::Ask(Reason::ChangedSince),
            (None, Some(_), _) => Plain::Ask(Reason::Taken),
            (Some(from), Some(now), Some(to)) => self.merged(patch, from, now, to)?,
            // Nothing is there, nothing was, nothing shall be: said above.
            (None, None, to) => Plain::Becomes(to),
        })
    }

    fn merged(&self, patch: &Patch, from: Entry, now: Entry, to: Entry) -> Result<Plain, GitError> {
        if ![from, now, to].iter().all(Entry::is_file) {
            return Ok(Plain::Clash(Reason::NoFile));
        }
        let mode = if now.mode == from.mode { to.mode } else { now.mode };
        let becomes = |oid| Plain::Becomes(Some(Entry { mode, oid }));
        if from.oid == to.oid || now.oid == to.oid {
            return Ok(becomes(now.oid));
        }
        if now.oid == from.oid {
            return Ok(becomes(to.oid));
        }
        if let Some(line) = self.repo.merge_attribute(&self.onto, &patch.path)? {
            return Ok(Plain::Clash(Reason::Attribute(line)));
        }
        let read = |entry: Entry| self.repo.blob(&entry.oid);
        let (from, ours, to) = (read(from)?, read(now)?, read(to)?);
        let has_cr = [&from, &ours, &to].iter().any(|text| text.contains(&b'\r'));
        if has_cr && self.repo.renormalizes()? {
            return Ok(Plain::Clash(Reason::Attribute("`merge.renormalize`".to_owned())));
        }
        Ok(match merge_files(&from, &ours, &to)? {
            FileMerge::Clean(content) => {
                becomes(self.repo.draft(ObjectKind::Blob, content, &now.oid)?)
            }
            FileMerge::Conflict => Plain::Clash(Reason::Lines),
            FileMerge::Binary => Plain::Clash(Reason::Binary),
            FileMerge::Unsure => Plain::Ask(Reason::Unsure),
        })
    }
}

/// What a replay came to.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The resulting tree; `None` where something stands in the way.
    pub tree: Option<ObjectId>,
    /// What it has otherwise than the tip.
    pub changes: Vec<Change>,
    /// What stands in the way.
    pub clashes: Vec<Clash>,
}

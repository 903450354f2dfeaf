//! Whose work a file holds that is set back to a checkpoint: that of this life of its stages, that of
//! their lives before it, or somebody else's.

use std::collections::{BTreeMap, BTreeSet};

use super::clash::Played;
use crate::git::{GitError, ObjectId, Repo, RepoPath};
use crate::stage::ledger::{Ledger, Life, StageStep};
use crate::stage::matcher::StageIndex;

/// What stages did to each path in this life and in those before it.
pub(super) struct Lives<'l> {
    ledger: &'l Ledger,
    /// The steps with which they worked there, and those that took that back.
    steps: BTreeMap<&'l RepoPath, BTreeSet<usize>>,
    /// What they did in the lives before this one, the oldest of each first.
    before: BTreeMap<&'l RepoPath, Vec<(&'l Life, &'l StageStep, ObjectId)>>,
}

impl<'l> Lives<'l> {
    /// Those of stages, of which these steps are living.
    pub(super) fn of(
        ledger: &'l Ledger,
        stages: &BTreeSet<StageIndex>,
        living: &[&'l StageStep],
    ) -> Self {
        let mut lives = Self { ledger, steps: BTreeMap::new(), before: BTreeMap::new() };
        for step in living {
            for change in &step.changes {
                lives.steps.entry(&change.path).or_default().insert(step.order);
            }
        }
        for life in stages.iter().flat_map(|stage| ledger.past_lives(*stage)) {
            let ends = life.ended_by.iter().map(|end| end.order);
            for step in &life.steps {
                for change in &step.changes {
                    let steps = lives.steps.entry(&change.path).or_default();
                    steps.extend(ends.clone().chain([step.order]));
                    let before = lives.before.entry(&change.path).or_default();
                    before.push((life, step, change.commit));
                }
            }
        }
        lives
    }

    /// The first step since a checkpoint with which others have worked on a path. A merge may hold
    /// the work of both, and a back-out a fix.
    pub(super) fn of_others(
        &self,
        repo: &Repo,
        path: &RepoPath,
        point: &ObjectId,
    ) -> Result<Option<Played>, GitError> {
        let own = self.steps.get(path);
        for visit in self.ledger.visits.get(path).into_iter().flatten() {
            let is_theirs = own.is_some_and(|own| own.contains(&visit.order));
            let is_own = is_theirs && !visit.whose.foreign;
            if !is_own && !repo.is_ancestor(&visit.step, point)? {
                return Ok(Some(Played { step: visit.step, order: visit.order }));
            }
        }
        Ok(None)
    }

    /// The oldest commit of an earlier life of which a checkpoint holds work at a path, and not what
    /// took that back: it would come again.
    pub(super) fn kept_of_before(
        &self,
        repo: &Repo,
        path: &RepoPath,
        point: &ObjectId,
    ) -> Result<Option<(Played, ObjectId)>, GitError> {
        for (life, step, commit) in self.before.get(path).into_iter().flatten() {
            if !repo.is_ancestor(commit, point)? {
                continue;
            }
            for end in &life.ended_by {
                if !repo.is_ancestor(&end.id, point)? {
                    let played = Played { step: step.id, order: step.order };
                    return Ok(Some((played, *commit)));
                }
            }
        }
        Ok(None)
    }
}

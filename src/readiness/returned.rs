//! A stage that had been backed out and comes back by a commit that says nothing, as `git revert` of
//! the back-out makes it: that is the stage going forward, and no other owner's work.

use std::collections::BTreeSet;

use super::repo_facts::RepoFacts;
use super::snapshot::Known;
use crate::config::Migration;
use crate::git::{GitError, ObjectId, Repo};
use crate::stage::attribution::Attribution;
use crate::stage::ledger::{StageChange, StageHistory};
use crate::stage::matcher::StageIndex;
use crate::stage::plan::{StagePlan, Touch, Work};

impl<'a> RepoFacts<'a> {
    /// Takes what brings a stage back for work on it. Where that is not known, it stays what
    /// ownership says.
    pub(super) fn settle_returns(
        &self,
        migration: &'a Migration,
        (attribution, works): (&Attribution<'_>, &[Work]),
        plan: &mut StagePlan,
    ) -> Result<(), GitError> {
        let is_asked =
            |touch: &Touch| !touch.suggested_by.is_empty() || !touch.ambiguous_by.is_empty();
        let asked: Vec<StageIndex> =
            plan.touched.iter().filter(|(_, one)| is_asked(one)).map(|(stage, _)| *stage).collect();
        for stage in asked {
            let Ok(Some(history)) = self.life_begun(migration, stage) else { continue };
            // What goes and comes within a push without a word leaves everything as it was.
            let is_over = |back_out: &ObjectId| {
                let is_said = |one: &ObjectId| {
                    let pushed = self.range.commits.iter().find(|commit| commit.id == *one);
                    pushed.is_none_or(|one| attribution.claims(one).backs_out.contains(&stage))
                };
                whole(works, back_out).iter().any(is_said)
            };
            for commit in brings_back(self.ground.repo, &history, is_over)? {
                for part in whole(works, &commit) {
                    self.take_forward(migration, (stage, part, commit), plan);
                }
            }
        }
        Ok(())
    }

    /// Takes a commit, which landed with a step, for work on a stage, and on no other whose work the
    /// step is not as well.
    fn take_forward(
        &self,
        migration: &'a Migration,
        (stage, commit, step): (StageIndex, ObjectId, ObjectId),
        plan: &mut StagePlan,
    ) {
        let others: Vec<StageIndex> = plan.touched.keys().copied().collect();
        for other in others {
            let is_work = || is_work(&self.history_after(migration, other), &[commit, step]);
            let Some(touch) = plan.touched.get_mut(&other) else { continue };
            if other == stage {
                if touch.suggested_by.remove(&commit) | touch.ambiguous_by.remove(&commit) {
                    touch.advanced_by.insert(commit);
                }
            } else if touch.ambiguous_by.contains(&commit) && !is_work() {
                touch.ambiguous_by.remove(&commit);
            }
            if touch.by().is_empty() && touch.joined_by.is_empty() {
                plan.touched.remove(&other);
            }
        }
    }
}

/// A commit, and all that it brought where it is a merge: where these agree, the ledger takes them
/// for one.
fn whole(works: &[Work], commit: &ObjectId) -> Vec<ObjectId> {
    let brought = works.iter().filter(|work| work.brought_by == Some(*commit));
    brought.map(|work| work.commit.id).chain([*commit]).collect()
}

/// Whether one of these commits is a stage's work after the range, or may be.
fn is_work(known: &Known<Option<StageHistory>>, commits: &[ObjectId]) -> bool {
    match known {
        Ok(None) => false,
        Ok(Some(history)) => changes(history).any(|change| commits.contains(&change.commit)),
        Err(_) => true,
    }
}

fn changes(history: &StageHistory) -> impl Iterator<Item = &StageChange> {
    history.steps.iter().flat_map(|step| &step.changes)
}

/// The commits of a stage's present life, of which nobody says anything, that take back, line for
/// line, what backed the stage out and `counts`.
fn brings_back(
    repo: &Repo,
    history: &StageHistory,
    counts: impl Fn(&ObjectId) -> bool,
) -> Result<BTreeSet<ObjectId>, GitError> {
    let mut commits = BTreeSet::new();
    let said = history.claimed();
    let Some(gone) = said.previous.as_deref().filter(|_| said.steps.is_empty()) else {
        return Ok(commits);
    };
    for change in changes(history) {
        let back_outs = gone.ended_by.iter().flat_map(|step| &step.changes);
        for back_out in back_outs.filter(|one| one.path == change.path && counts(&one.commit)) {
            if repo.onto((back_out.new, back_out.old), change.old)? == Some(change.new) {
                commits.insert(change.commit);
            }
        }
    }
    Ok(commits)
}

//! The ledger of a branch, with back-outs recognised by what they do to the tree.

use std::collections::BTreeSet;

use super::back::{back, undone};
use super::replay::Replay;
use crate::config::Migration;
use crate::git::{Change, ObjectId, Repo, View};
use crate::stage::attribution::Attribution;
use crate::stage::cache::landed_steps;
use crate::stage::ledger::{Ledger, StageStep, ledger};
use crate::stage::matcher::{Matcher, StageIndex};
use crate::stage::reading::{Differs, Living, Undoing};
use crate::stage::step::Step;
use crate::stage::trail::Steps;

/// Reads what landed on a branch between `start` and `tip`.
pub fn read_ledger(
    repo: &Repo,
    migration: &Migration,
    attribution: &Attribution<'_>,
    start: &ObjectId,
    tip: &ObjectId,
) -> anyhow::Result<Ledger> {
    let matcher = Matcher::new(migration);
    let steps = landed_steps(repo, &matcher, attribution, start, tip)?;
    ledger_of(repo, &matcher, steps.all(), None)
}

/// The ledger of steps that were gathered before; of these stages alone where some are given.
pub fn ledger_of(
    repo: &Repo,
    matcher: &Matcher<'_>,
    steps: Steps<'_>,
    about: Option<&BTreeSet<StageIndex>>,
) -> anyhow::Result<Ledger> {
    ledger(matcher, steps, about, &ByReplay { repo })
}

/// Tells a back-out by taking the lives back and comparing.
struct ByReplay<'r> {
    repo: &'r Repo,
}

impl Undoing for ByReplay<'_> {
    fn takes_back(&self, lives: &[Living<'_>], step: &Step) -> anyhow::Result<bool> {
        let Some(parent) = step.parent else { return Ok(false) };
        let steps: Vec<&StageStep> = lives.iter().flat_map(|(_, steps)| *steps).collect();
        let taken = |stage: &StageIndex| lives.iter().any(|(known, _)| known == stage);
        let shared = steps.iter().flat_map(|one| &one.changes).flat_map(|one| &one.with);
        if !shared.into_iter().all(taken) {
            return Ok(false);
        }
        let replay = self.replayed(lives, &parent)?;
        let paths = steps.iter().flat_map(|one| &one.changes).map(|change| &change.path);
        let result = View::of_commit(self.repo, &step.id)?;
        for path in paths {
            let is = result.entry(path)?.filter(|entry| !entry.is_folder());
            if replay.clashes_at(path) || replay.at(path)? != is {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn differs(&self, lives: &[Living<'_>], step: &Step) -> anyhow::Result<Differs> {
        let Some(parent) = step.parent else { return Ok(Differs::Unknown) };
        let replay = self.replayed(lives, &parent)?;
        let changes = || lives.iter().flat_map(|(_, steps)| *steps).flat_map(|one| &one.changes);
        let mut differs = BTreeSet::new();
        for Change { path, old, new } in &step.changes {
            // Under the name that it has by now, nothing stood there then.
            if changes().any(|change| change.then == *path && change.path != *path) {
                continue;
            }
            let planned = match changes().any(|change| change.path == *path) {
                true if replay.clashes_at(path) => None,
                true => Some(replay.at(path)?),
                false => Some(*old),
            };
            if planned != Some(*new) {
                differs.insert(path.clone());
            }
        }
        Ok(Differs::At(differs))
    }
}

impl ByReplay<'_> {
    /// What taking lives back makes of a commit's tree.
    fn replayed(&self, lives: &[Living<'_>], onto: &ObjectId) -> anyhow::Result<Replay<'_>> {
        let mut steps: Vec<&StageStep> = lives.iter().flat_map(|(_, steps)| *steps).collect();
        steps.sort_by_key(|step| std::cmp::Reverse(step.order));
        let stages = lives.iter().map(|(stage, _)| *stage).collect();
        let mut replay = Replay::new(self.repo, onto)?;
        for undone in undone(steps.iter().copied(), &stages) {
            back(&mut replay, &undone, &BTreeSet::new())?;
        }
        Ok(replay)
    }
}

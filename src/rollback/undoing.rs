//! The ledger of a branch, with back-outs recognised by what they do to the tree.

use std::collections::BTreeSet;

use super::back::{back, undone};
use super::replay::Replay;
use crate::config::Migration;
use crate::git::{ObjectId, Repo, View};
use crate::stage::attribution::Attribution;
use crate::stage::cache::landed_steps;
use crate::stage::ledger::{Ledger, StageStep, ledger};
use crate::stage::matcher::{Matcher, StageIndex};
use crate::stage::reading::{Living, Undoing};
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
        let mut steps: Vec<&StageStep> = lives.iter().flat_map(|(_, steps)| *steps).collect();
        let taken = |stage: &StageIndex| lives.iter().any(|(known, _)| known == stage);
        let shared = steps.iter().flat_map(|one| &one.changes).flat_map(|one| &one.with);
        if !shared.into_iter().all(taken) {
            return Ok(false);
        }
        steps.sort_by_key(|step| std::cmp::Reverse(step.order));
        let stages = lives.iter().map(|(stage, _)| *stage).collect();
        let mut replay = Replay::new(self.repo, &parent)?;
        for undone in undone(steps.iter().copied(), &stages) {
            back(&mut replay, &undone, &BTreeSet::new())?;
        }
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
}

#[cfg(test)]
mod tests;

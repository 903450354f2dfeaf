//! Brings backed-out stages back: what their back-out did is played backwards. A merge of the old
//! branch would not do it. git holds that branch for merged, and brings nothing of it again.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::successors;

use super::back::taken_back;
use super::clash::{Clash, Played, Reason};
use super::plan::Ground;
use super::replay::{Outcome, Patch, Replay};
use crate::git::{Change, ObjectId, RepoPath};
use crate::stage::ledger::{Ledger, Life, StageChange, StageHistory, StageStep, Unsaid};
use crate::stage::matcher::StageIndex;

/// What bringing stages back comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Return {
    /// The stages.
    pub stages: Vec<StageIndex>,
    /// The commit that it is planned on.
    pub onto: ObjectId,
    /// The resulting tree; `None` where something stands in the way.
    pub tree: Option<ObjectId>,
    /// The commits that took the stages back, newest first: these are undone.
    pub undone: Vec<ObjectId>,
    /// The paths that change.
    pub paths: Vec<Change>,
    /// What stands in the way.
    pub clashes: Vec<Clash>,
    /// Stages that were backed out by the same commit on the same paths, and stay out.
    pub left_out: BTreeSet<StageIndex>,
    /// Stages that are out as well, and with which these could come back, where they cannot alone.
    pub together: BTreeSet<StageIndex>,
}

impl Return {
    /// There is nothing to be done: the tree stays as the tip has it.
    #[must_use]
    pub fn nothing(stages: &BTreeSet<StageIndex>, onto: ObjectId, tree: ObjectId) -> Self {
        Self {
            stages: stages.iter().copied().collect(),
            onto,
            tree: Some(tree),
            undone: Vec::new(),
            paths: Vec::new(),
            clashes: Vec::new(),
            left_out: BTreeSet::new(),
            together: BTreeSet::new(),
        }
    }

    /// Whether nothing is undone.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.undone.is_empty()
    }
}

/// Why there is nothing to bring back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NothingToReturn {
    /// It is there.
    #[error("stage {0} has landed and was not backed out")]
    Landed(StageIndex),
    /// It never was.
    #[error("stage {0} has never landed")]
    NeverLanded(StageIndex),
    /// It was backed out, and whether these later commits, the oldest first, are work on it again
    /// only the ownership of their paths says.
    #[error("whose work was done on the files of stage {0} since its back-out is unsaid")]
    Unsaid(StageIndex, Vec<ObjectId>),
}

/// Plans to bring stages back together.
pub fn reapply(
    ground: &Ground<'_>,
    stages: &BTreeSet<StageIndex>,
) -> anyhow::Result<Result<Return, NothingToReturn>> {
    let mut planned = planned(ground, stages)?;
    if let Ok(returns) = &mut planned {
        let shared = returns.clashes.iter().filter_map(|clash| match &clash.reason {
            Reason::Shared(others) => Some(others),
            _ => None,
        });
        let others: BTreeSet<StageIndex> = shared.flatten().copied().collect();
        let all = stages.union(&others).copied().collect();
        if !others.is_empty() && self::planned(ground, &all)?.is_ok_and(|all| all.tree.is_some()) {
            returns.together = others;
        }
    }
    Ok(planned)
}

fn planned(
    ground: &Ground<'_>,
    stages: &BTreeSet<StageIndex>,
) -> anyhow::Result<Result<Return, NothingToReturn>> {
    let mut lives: BTreeMap<StageIndex, &Life> = BTreeMap::new();
    for stage in stages {
        match ground.ledger.get(*stage) {
            Some(history) if !history.steps.is_empty() => {
                return Ok(Err(not_out(*stage, history)));
            }
            Some(history) if history.previous.is_some() => {
                lives.extend(history.previous.as_deref().map(|life| (*stage, life)));
            }
            _ => return Ok(Err(NothingToReturn::NeverLanded(*stage))),
        }
    }
    let paths: BTreeSet<&RepoPath> = lives.values().flat_map(|life| paths(life)).collect();
    let ends: BTreeSet<usize> =
        lives.values().flat_map(|life| &life.ended_by).map(|step| step.order).collect();
    let shared = shared(ground.ledger, stages, &paths, &ends);
    let beside = lives.values().flat_map(|life| &life.beside);
    let played_again: BTreeSet<&RepoPath> = shared.keys().chain(beside).collect();
    let mut replay = Replay::new(ground.repo, &ground.onto)?;
    let mut undone = BTreeMap::new();
    for (order, step) in by_order(lives.values().flat_map(|life| &life.ended_by)).into_iter().rev()
    {
        undone.insert(std::cmp::Reverse(order), step.id);
        let own = step
            .changes
            .iter()
            .filter(|one| paths.contains(&one.path) && !played_again.contains(&one.path));
        let patches: Vec<Patch> = own.map(taken_back).collect();
        replay.play(Played { step: step.id, order }, &patches)?;
    }
    // Where one commit did more than take these stages back, their own steps are played again.
    for (order, step) in by_order(lives.values().flat_map(|life| &life.steps)) {
        let played = Played { step: step.id, order };
        for change in step.changes.iter().filter(|one| played_again.contains(&one.path)) {
            let others = change.with.difference(stages).copied();
            let others: BTreeSet<_> =
                others.filter(|other| !has(ground.ledger, *other, order, &change.path)).collect();
            if others.is_empty() {
                replay.play(played, &[forwards(ground, change)?])?;
            } else {
                replay.clash(&change.path, played, Reason::Shared(others));
            }
        }
    }
    for life in lives.values() {
        let Some(last) = life.ended_by.last() else { continue };
        for path in &life.unclear {
            let played = Played { step: last.id, order: last.order };
            replay.clash(path, played, Reason::TakenInParts);
        }
    }
    let Outcome { tree, changes, clashes } = replay.finish()?;
    Ok(Ok(Return {
        stages: stages.iter().copied().collect(),
        onto: ground.onto,
        tree,
        undone: undone.into_values().collect(),
        paths: changes,
        clashes,
        left_out: out(ground.ledger, shared.into_values().flatten().collect()),
        together: BTreeSet::new(),
    }))
}

/// Whether what a stage has of a step is there still: else it would come back with this.
fn has(ledger: &Ledger, stage: StageIndex, order: usize, path: &RepoPath) -> bool {
    let mut steps = ledger.get(stage).into_iter().flat_map(|history| &history.steps);
    steps.any(|step| step.order == order && step.changes.iter().any(|change| change.path == *path))
}

/// Those of these stages that are out. What ownership alone suggests brings none back.
fn out(ledger: &Ledger, stages: BTreeSet<StageIndex>) -> BTreeSet<StageIndex> {
    let is_out =
        |stage: &StageIndex| ledger.get(*stage).is_none_or(|one| one.claimed().steps.is_empty());
    stages.into_iter().filter(is_out).collect()
}

/// Why a stage that is there, as far as anybody knows, cannot come back.
fn not_out(stage: StageIndex, history: &StageHistory) -> NothingToReturn {
    let is_unsaid = history.steps.iter().all(|step| step.unsaid() == Unsaid::All);
    if is_unsaid && history.previous.is_some() {
        let commits = history.steps.iter().map(|step| step.id);
        return NothingToReturn::Unsaid(stage, commits.collect());
    }
    NothingToReturn::Landed(stage)
}

fn paths(life: &Life) -> impl Iterator<Item = &RepoPath> {
    life.steps.iter().flat_map(|step| &step.changes).map(|change| &change.path)
}

fn by_order<'s>(steps: impl Iterator<Item = &'s StageStep>) -> BTreeMap<usize, StageStep> {
    let mut sorted: BTreeMap<usize, StageStep> = BTreeMap::new();
    for step in steps {
        match sorted.get_mut(&step.order) {
            None => {
                sorted.insert(step.order, step.clone());
            }
            Some(known) => {
                let fresh = step.changes.iter().filter(|one| !known.changes.contains(one));
                let fresh: Vec<StageChange> = fresh.cloned().collect();
                known.changes.extend(fresh);
            }
        }
    }
    for step in sorted.values_mut() {
        step.changes.sort_by_key(|change| change.place);
    }
    sorted
}

/// Paths on which one commit took back these stages and another one, which stays out or has come
/// back since: then that is what these stages have to come back to.
fn shared(
    ledger: &Ledger,
    stages: &BTreeSet<StageIndex>,
    all: &BTreeSet<&RepoPath>,
    ends: &BTreeSet<usize>,
) -> BTreeMap<RepoPath, BTreeSet<StageIndex>> {
    let mut shared: BTreeMap<RepoPath, BTreeSet<StageIndex>> = BTreeMap::new();
    for (stage, history) in ledger.stages.iter().filter(|(stage, _)| !stages.contains(stage)) {
        let lives = successors(history.previous.as_deref(), |life| life.previous.as_deref());
        let together = |life: &&Life| life.ended_by.iter().any(|step| ends.contains(&step.order));
        for path in lives.filter(together).flat_map(paths).filter(|path| all.contains(path)) {
            shared.entry(path.clone()).or_default().insert(*stage);
        }
    }
    shared
}

fn forwards(ground: &Ground<'_>, change: &StageChange) -> anyhow::Result<Patch> {
    let parents = ground.repo.commit(&change.commit)?.parents;
    Ok(Patch {
        path: change.path.clone(),
        then: change.then.clone(),
        tree: parents.first().copied().unwrap_or(change.commit),
        from: change.old,
        to: change.new,
    })
}

#[cfg(test)]
mod tests;

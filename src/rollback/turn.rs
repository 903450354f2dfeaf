//! Which of several stages goes first, and which comes back first: `after` has its way, and the line
//! of history among what it leaves open.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::config::Migration;
use crate::stage::ledger::Ledger;
use crate::stage::matcher::StageIndex;

/// Stages in the order in which they go: none before one that comes after it, of the others the one
/// with the newest step first; those without any go last.
#[must_use]
pub fn going(
    migration: &Migration,
    ledger: &Ledger,
    stages: &BTreeSet<StageIndex>,
) -> Vec<StageIndex> {
    let newest = |stage: &StageIndex| ledger.get(*stage)?.steps.last().map(|step| step.order);
    let mut sorted: Vec<StageIndex> = stages.iter().copied().collect();
    sorted.sort_by_key(|stage| Reverse((newest(stage), *stage)));
    in_turn(sorted, |stage, other| before(migration, other).contains(&stage))
}

/// Stages in the order in which they come back: none before one that it comes after, of the others
/// the one that went last first.
#[must_use]
pub fn coming_back(
    migration: &Migration,
    ledger: &Ledger,
    stages: &BTreeSet<StageIndex>,
) -> Vec<StageIndex> {
    let went = |stage: &StageIndex| {
        let life = ledger.get(*stage)?.previous.as_ref()?;
        life.ended_by.last().map(|step| step.order)
    };
    let mut sorted: Vec<StageIndex> = stages.iter().copied().collect();
    sorted.sort_by_key(|stage| Reverse(went(stage)));
    in_turn(sorted, |stage, other| before(migration, stage).contains(&other))
}

/// The same stages, each one behind all that it `waits` for.
fn in_turn(
    mut rest: Vec<StageIndex>,
    waits: impl Fn(StageIndex, StageIndex) -> bool,
) -> Vec<StageIndex> {
    let mut turns = Vec::with_capacity(rest.len());
    while !rest.is_empty() {
        let is_free = |stage: &StageIndex| !rest.iter().any(|other| waits(*stage, *other));
        // No stage comes after itself, so that there always is one.
        let free = rest.iter().position(is_free).unwrap_or_default();
        turns.push(rest.remove(free));
    }
    turns
}

/// The stages of the migration that a stage comes after, and those that these come after.
#[must_use]
pub fn before(migration: &Migration, stage: StageIndex) -> BTreeSet<StageIndex> {
    let mut found = BTreeSet::new();
    let mut pending = vec![stage];
    while let Some(stage) = pending.pop().and_then(|index| migration.stages.get(index)) {
        for name in &stage.after {
            let here = name.migration.as_ref().is_none_or(|id| *id == migration.id);
            let known = migration.stages.iter().position(|other| here && other.id == name.stage);
            if let Some(known) = known.filter(|known| found.insert(*known)) {
                pending.push(known);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests;

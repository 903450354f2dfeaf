//! A back-out that was made by hand: where it is another one than planned, and whose work it takes
//! along.

use std::collections::BTreeSet;

use super::clash::Clash;
use super::exact::compare;
use super::plan::Ground;
use crate::git::{ObjectId, RepoPath};
use crate::stage::matcher::StageIndex;

/// How a commit that says it backs stages out differs from the plan to do so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ByHand {
    /// The paths at which it is not as planned, those that stages own first; none where it is the
    /// plan. Evidence that comes along is no difference.
    pub differs: Vec<RepoPath>,
    /// Why there is no plan to hold it against.
    pub clashes: Vec<Clash>,
    /// Other stages that have worked on these paths, and are there still.
    pub others: BTreeSet<StageIndex>,
    /// Whether, at the first of these paths, it is what backing these out as well comes to.
    pub takes_along: bool,
}

impl ByHand {
    /// Whether it is the planned back-out, as far as stages go.
    #[must_use]
    pub const fn is_planned(&self) -> bool {
        self.differs.is_empty() && self.clashes.is_empty()
    }
}

/// Holds a commit against the plan to back stages out on the ground.
pub fn by_hand(
    ground: &Ground<'_>,
    stages: &BTreeSet<StageIndex>,
    commit: &ObjectId,
) -> anyhow::Result<ByHand> {
    let planned = compare(ground, stages, commit)?;
    let (mut differs, mut beside) = (Vec::new(), Vec::new());
    let evidence = ground.migration.evidence();
    for change in planned.differs {
        if !ground.matcher.owners(&change.path)?.is_empty() {
            differs.push(change.path);
        } else if !change.path.as_bytes().starts_with(evidence.as_bytes()) {
            beside.push(change.path);
        }
    }
    differs.append(&mut beside);
    let mut others = BTreeSet::new();
    let clashing = planned.clashes.iter().map(|clash| &clash.path);
    for path in differs.iter().chain(clashing) {
        others.extend(working(ground, path)?.difference(stages));
    }
    let takes_along = match differs.first() {
        Some(first) if !others.is_empty() => {
            let all: BTreeSet<StageIndex> = stages.union(&others).copied().collect();
            let with_them = compare(ground, &all, commit)?;
            let clashes = with_them.clashes.iter().map(|clash| &clash.path);
            let differs = with_them.differs.iter().map(|change| &change.path);
            !clashes.chain(differs).any(|path| path == first)
        }
        _ => false,
    };
    Ok(ByHand { differs, clashes: planned.clashes, others, takes_along })
}

/// The stages that have landed and have worked on a path.
fn working(ground: &Ground<'_>, path: &RepoPath) -> anyhow::Result<BTreeSet<StageIndex>> {
    let owners = ground.matcher.owners(path)?;
    let worked = |stage: &StageIndex| {
        let steps = ground.ledger.get(*stage).map(|history| history.steps.as_slice());
        let mut changes = steps.unwrap_or_default().iter().flat_map(|step| &step.changes);
        changes.any(|change| change.path == *path)
    };
    Ok(owners.iter().copied().filter(worked).collect())
}

#[cfg(test)]
mod tests;

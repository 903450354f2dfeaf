//! The order that `after` declares: a stage is backed out before those that it comes after.

use std::collections::BTreeSet;

use super::plan::Ground;
use super::turn::before;
use crate::stage::matcher::StageIndex;

/// Landed stages that come after one that goes, and stay.
#[must_use]
pub fn dependents(ground: &Ground<'_>, gone: &BTreeSet<StageIndex>) -> BTreeSet<StageIndex> {
    let builds = |stage: &StageIndex| {
        !gone.contains(stage) && !before(ground.migration, *stage).is_disjoint(gone)
    };
    ground.ledger.landed().filter(builds).collect()
}

/// Every landed stage that comes after one: those that say so, and of the others those that are
/// listed after it, unless it says that it comes after them.
#[must_use]
pub fn later(ground: &Ground<'_>, stage: StageIndex) -> BTreeSet<StageIndex> {
    let earlier = before(ground.migration, stage);
    let comes_later = |other: &StageIndex| {
        let says_so = before(ground.migration, *other).contains(&stage);
        says_so || (*other > stage && !earlier.contains(other))
    };
    ground.ledger.landed().filter(comes_later).collect()
}

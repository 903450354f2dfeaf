//! Which stages go, the plan for them, and its commits.

use std::collections::BTreeSet;

use crate::rollback::blockers::{Blockers, blockers, with_dependents};
use crate::rollback::execute::Draft;
use crate::rollback::message::{Naming, back_out};
use crate::rollback::plan::{Ground, Plan, plan};
use crate::rollback::sequence::sequence;
use crate::stage::matcher::StageIndex;

/// The plan; with what comes after it and what blocks it, where that shall go as well.
pub(super) fn planned(
    ground: &Ground<'_>,
    stages: BTreeSet<StageIndex>,
    cascade: bool,
) -> anyhow::Result<(BTreeSet<StageIndex>, Plan, Blockers)> {
    let stages = if cascade { with_dependents(ground, &stages) } else { stages };
    let alone = plan(ground, &stages)?;
    let blocked = blockers(ground, &alone)?;
    match &blocked.cascade {
        Some(all) if cascade => {
            let all: BTreeSet<StageIndex> = all.iter().copied().collect();
            let united = plan(ground, &all)?;
            Ok((all, united, Blockers::default()))
        }
        _ => Ok((stages, alone, blocked)),
    }
}

/// The commits of the plan, oldest first.
pub(super) fn drafts(
    ground: &Ground<'_>,
    stages: &BTreeSet<StageIndex>,
    naming: Naming<'_>,
    why: &str,
) -> anyhow::Result<Vec<Draft>> {
    let plans = sequence(ground, stages)?;
    let draft = |plan: Plan| {
        let message = back_out(naming, &plan, why);
        plan.tree.map(|tree| Draft { tree, message })
    };
    Ok(plans.into_iter().filter_map(draft).collect())
}

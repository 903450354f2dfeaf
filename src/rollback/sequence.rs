//! A back-out of several stages as commits: one for each, where they can go one after the other,
//! newest first; else one that names them all.

use std::collections::BTreeSet;

use super::plan::{Ground, Plan, newest_first, plan};
use crate::stage::matcher::StageIndex;

/// The plans of the commits, in the order in which they are made. Each is planned on what the ones
/// before it lead to. Where they are not clean, there is one plan, which says why.
pub fn sequence(ground: &Ground<'_>, stages: &BTreeSet<StageIndex>) -> anyhow::Result<Vec<Plan>> {
    let united = plan(ground, stages)?;
    if stages.len() < 2 || !united.is_clean() {
        return Ok(vec![united]);
    }
    let mut plans = Vec::new();
    let mut onto = ground.onto;
    for stage in newest_first(ground.ledger, stages) {
        let alone = plan(&Ground { onto, ..*ground }, &BTreeSet::from([stage]))?;
        let Some(tree) = alone.tree else { return Ok(vec![united]) };
        if alone.is_empty() {
            continue;
        }
        onto = ground.repo.draft_commit(&tree, Some(&onto))?;
        plans.push(alone);
    }
    let last = plans.last().and_then(|plan| plan.tree);
    Ok(if last == united.tree { plans } else { vec![united] })
}

//! Several stages as commits: one for each, where they can go, or come back, one after the other;
//! else one that names them all.

use std::collections::BTreeSet;

use super::plan::{Ground, Plan, plan};
use super::reapply::{Return, reapply};
use super::turn::{coming_back, going};
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
    for stage in going(ground.migration, ground.ledger, stages) {
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

/// The same for bringing stages back, as they were planned together.
pub fn return_sequence(ground: &Ground<'_>, united: &Return) -> anyhow::Result<Vec<Return>> {
    if united.stages.len() < 2 || united.tree.is_none() {
        return Ok(vec![united.clone()]);
    }
    let stages = united.stages.iter().copied().collect();
    let mut returns = Vec::new();
    let mut onto = ground.onto;
    for stage in coming_back(ground.migration, ground.ledger, &stages) {
        let alone = reapply(&Ground { onto, ..*ground }, &BTreeSet::from([stage]))?;
        let Ok(Return { tree: Some(tree), .. }) = &alone else { return Ok(vec![united.clone()]) };
        onto = ground.repo.draft_commit(tree, Some(&onto))?;
        returns.extend(alone);
    }
    let last = returns.last().and_then(|last| last.tree);
    Ok(if last == united.tree { returns } else { vec![united.clone()] })
}

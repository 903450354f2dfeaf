//! What stands in the way of backing a stage out alone: whose work it is, and the order that works.

use std::collections::{BTreeMap, BTreeSet};

use super::plan::{Ground, Plan, newest_first, plan};
use super::replay::{Clash, Reason};
use crate::git::{ObjectId, RepoPath};
use crate::stage::ledger::{Ledger, Visit};
use crate::stage::matcher::StageIndex;

/// What blocks a plan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Blockers {
    /// The stages that have to go as well, newest first.
    pub stages: Vec<StageIndex>,
    /// The blocking commits of no stage at all, newest first.
    pub foreign: Vec<ObjectId>,
    /// Every blocking commit by the path at which it blocks, newest first.
    pub commits: BTreeMap<RepoPath, Vec<ObjectId>>,
    /// The whole set that can be backed out together, newest first; `None` where not even that
    /// helps.
    pub cascade: Option<Vec<StageIndex>>,
}

/// Finds out what blocks a plan: none where it is clean.
pub fn blockers(ground: &Ground<'_>, blocked: &Plan) -> anyhow::Result<Blockers> {
    if blocked.is_clean() {
        return Ok(Blockers::default());
    }
    let set: BTreeSet<StageIndex> = blocked.stages.iter().copied().collect();
    let direct = directly(ground, &blocked.clashes, &set);
    let mut united = set.clone();
    let mut tried = blocked.clone();
    while !tried.is_clean() {
        let more = directly(ground, &tried.clashes, &united).stages;
        if more.is_subset(&united) {
            break;
        }
        united.extend(more);
        tried = plan(ground, &united)?;
    }
    let mut found = Blockers {
        stages: newest_first(ground.ledger, &direct.stages),
        foreign: direct.foreign,
        commits: direct.commits,
        cascade: None,
    };
    if tried.is_clean() {
        let needed = smallest(ground, &set, united)?;
        let others: BTreeSet<StageIndex> = needed.difference(&set).copied().collect();
        found.stages = newest_first(ground.ledger, &others);
        // All else stays where it is, and so is in nobody's way.
        found.foreign.clear();
        retain_work_of(ground.ledger, &mut found.commits, &others);
        found.cascade = Some(newest_first(ground.ledger, &needed));
    }
    Ok(found)
}

/// Leaves out what need not go: a stage may have worked on the same file and yet not be in the way.
fn smallest(
    ground: &Ground<'_>,
    set: &BTreeSet<StageIndex>,
    mut united: BTreeSet<StageIndex>,
) -> anyhow::Result<BTreeSet<StageIndex>> {
    for stage in newest_first(ground.ledger, &united) {
        if set.contains(&stage) {
            continue;
        }
        let mut fewer = united.clone();
        fewer.remove(&stage);
        if plan(ground, &fewer)?.is_clean() {
            united = fewer;
        }
    }
    Ok(united)
}

/// Leaves out the commits that are no work of these stages.
fn retain_work_of(
    ledger: &Ledger,
    commits: &mut BTreeMap<RepoPath, Vec<ObjectId>>,
    stages: &BTreeSet<StageIndex>,
) {
    for (path, found) in &mut *commits {
        let visits = ledger.visits.get(path).into_iter().flatten();
        let theirs: BTreeSet<ObjectId> = visits
            .filter(|visit| !visit.stages.is_disjoint(stages))
            .map(|visit| visit.step)
            .collect();
        found.retain(|commit| theirs.contains(commit));
    }
    commits.retain(|_, found| !found.is_empty());
}

#[derive(Default)]
struct Direct {
    stages: BTreeSet<StageIndex>,
    foreign: Vec<ObjectId>,
    commits: BTreeMap<RepoPath, Vec<ObjectId>>,
}

/// Who worked on the paths of clashes after the steps that clash.
fn directly(ground: &Ground<'_>, clashes: &[Clash], set: &BTreeSet<StageIndex>) -> Direct {
    let mut direct = Direct::default();
    let mut foreign: BTreeMap<usize, ObjectId> = BTreeMap::new();
    for clash in clashes {
        if let Reason::Shared(with) = &clash.reason {
            direct.stages.extend(with.difference(set));
            direct.commits.entry(clash.path.clone()).or_default().push(clash.step);
            continue;
        }
        let stays = |visit: &&Visit| {
            visit.order > clash.order && visit.stages.iter().all(|stage| !set.contains(stage))
                || (clash.reason == Reason::WorkedOn && visit.order == clash.order)
        };
        let visits = ground.ledger.visits.get(&clash.path).into_iter().flatten();
        for visit in visits.filter(stays) {
            direct.commits.entry(clash.path.clone()).or_default().insert(0, visit.step);
            if visit.stages.is_empty() {
                foreign.insert(visit.order, visit.step);
            }
            direct.stages.extend(&visit.stages);
        }
    }
    direct.foreign = foreign.into_values().rev().collect();
    direct
}

//! What stands in the way of backing a stage out alone: whose work it is, and the order that works.

use std::collections::{BTreeMap, BTreeSet};

use super::clash::{Clash, Reason};
use super::order::dependents;
use super::plan::{Ground, Plan, plan};
use super::sequence::sequence;
use super::turn::going;
use crate::git::{ObjectId, RepoPath};
use crate::stage::ledger::{Ledger, Visit, Whose};
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
    /// The whole set that can be backed out together, in the order in which it goes, with what
    /// comes after any of it by `after`; `None` where not even that helps.
    pub cascade: Option<Vec<StageIndex>>,
    /// Whether that set can go one after the other, in this order; else in one commit alone.
    pub one_by_one: bool,
}

impl Blockers {
    /// Whether nothing but work of none of the stages stands in the way.
    #[must_use]
    pub const fn are_foreign_alone(&self) -> bool {
        self.stages.is_empty() && !self.foreign.is_empty()
    }
}

/// Finds out what blocks a plan: none where it is clean.
pub fn blockers(ground: &Ground<'_>, blocked: &Plan) -> anyhow::Result<Blockers> {
    if blocked.is_clean() {
        return Ok(Blockers::default());
    }
    let set: BTreeSet<StageIndex> = blocked.stages.iter().copied().collect();
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
    let mut one_by_one = false;
    let (others, foreign, cascade) = if tried.is_clean() {
        let needed = smallest(ground, &set, united)?;
        let others = needed.difference(&set).copied().collect();
        let cascade = cascade(ground, &set, needed)?;
        if let Some(all) = &cascade {
            one_by_one = sequence(ground, all)?.len() > 1;
        }
        (others, Vec::new(), cascade.map(|all| going(ground.migration, ground.ledger, &all)))
    } else {
        let foreign = directly(ground, &tried.clashes, &united).foreign;
        let others = of_effect(ground, blocked, &set, &united)?;
        if others.is_empty() && foreign.is_empty() {
            // Several together make the difference: whoever was there is named.
            let Direct { stages, foreign } = directly(ground, &blocked.clashes, &set);
            (stages, foreign, None)
        } else {
            (others, foreign, None)
        }
    };
    let commits = blocking_commits(ground, &blocked.clashes, &others, &foreign);
    let stages = going(ground.migration, ground.ledger, &others);
    Ok(Blockers { stages, foreign, commits, cascade, one_by_one })
}

/// All that goes along with a set of stages: what has to, and what comes after any of it, which
/// would stay on nothing. `needed` is the smallest set that is clean without regard to that.
fn cascade(
    ground: &Ground<'_>,
    set: &BTreeSet<StageIndex>,
    needed: BTreeSet<StageIndex>,
) -> anyhow::Result<Option<BTreeSet<StageIndex>>> {
    let asked = with_dependents(ground, set);
    let start = if asked == *set { with_dependents(ground, &needed) } else { asked };
    if start == needed {
        return Ok(Some(needed));
    }
    let tried = plan(ground, &start)?;
    match tried.is_clean() {
        true => Ok(Some(start)),
        // It is a larger set, so that this comes to an end.
        false => Ok(blockers(ground, &tried)?.cascade.map(|all| all.into_iter().collect())),
    }
}

/// A set of stages, and the landed ones that come after any of them.
#[must_use]
pub fn with_dependents(ground: &Ground<'_>, stages: &BTreeSet<StageIndex>) -> BTreeSet<StageIndex> {
    stages.union(&dependents(ground, stages)).copied().collect()
}

/// The stages without which fewer paths would clash, where no set of stages is enough.
fn of_effect(
    ground: &Ground<'_>,
    blocked: &Plan,
    set: &BTreeSet<StageIndex>,
    united: &BTreeSet<StageIndex>,
) -> anyhow::Result<BTreeSet<StageIndex>> {
    let clashes = |plan: &Plan| -> BTreeSet<RepoPath> {
        plan.clashes.iter().map(|clash| clash.path.clone()).collect()
    };
    let before = clashes(blocked);
    let mut found = BTreeSet::new();
    for stage in united.difference(set) {
        let mut with = set.clone();
        with.insert(*stage);
        if !before.is_subset(&clashes(&plan(ground, &with)?)) {
            found.insert(*stage);
        }
    }
    Ok(found)
}

/// The commits of the blockers at each path that clashes, newest first.
fn blocking_commits(
    ground: &Ground<'_>,
    clashes: &[Clash],
    stages: &BTreeSet<StageIndex>,
    foreign: &[ObjectId],
) -> BTreeMap<RepoPath, Vec<ObjectId>> {
    let mut commits = BTreeMap::new();
    for clash in clashes.iter().filter(|clash| !clash.reason.is_about_the_checkpoint()) {
        let blocks = |visit: &&Visit| {
            foreign.contains(&visit.step) || !visit.whose.stages.is_disjoint(stages)
        };
        let found: BTreeMap<usize, ObjectId> = in_the_way(ground.ledger, clash)
            .map(|(_, visit)| visit)
            .filter(blocks)
            .map(|visit| (visit.order, visit.step))
            .collect();
        if !found.is_empty() {
            commits.insert(clash.path.clone(), found.into_values().rev().collect());
        }
    }
    commits
}

/// Leaves out what need not go: a stage may have worked on the same file and yet not be in the way.
fn smallest(
    ground: &Ground<'_>,
    set: &BTreeSet<StageIndex>,
    mut united: BTreeSet<StageIndex>,
) -> anyhow::Result<BTreeSet<StageIndex>> {
    for stage in going(ground.migration, ground.ledger, &united) {
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

#[derive(Default)]
struct Direct {
    stages: BTreeSet<StageIndex>,
    foreign: Vec<ObjectId>,
}

/// The work that a clash can come from: on its path, on files that keep a folder, or on those of a
/// folder that is gone or stands in the way, since its step. A merge may hold later work of others
/// than what clashes.
pub(super) fn in_the_way<'l>(
    ledger: &'l Ledger,
    clash: &'l Clash,
) -> impl Iterator<Item = (&'l RepoPath, &'l Visit)> {
    let (files, folder) = match &clash.reason {
        Reason::FolderInUse(files) => (files.as_slice(), None),
        Reason::MovedOut(to) => (std::slice::from_ref(to), None),
        Reason::FolderGone(folder) => (&[][..], Some(folder)),
        Reason::FolderInTheWay => (&[][..], Some(&clash.path)),
        _ => (&[][..], None),
    };
    // Of two names that are one, no step is known to be the one that clashes.
    let since = if clash.reason == Reason::FolderInTheWay { 0 } else { clash.order };
    let on = std::iter::once(&clash.path).chain(files);
    let on = on.filter_map(|path| Some((path, ledger.visits.get(path)?)));
    let below = folder.into_iter().flat_map(|folder| folder.below(&ledger.visits));
    let all = on.chain(below);
    let all = all.flat_map(|(path, visits)| visits.iter().map(move |visit| (path, visit)));
    all.filter(move |(_, visit)| visit.order >= since)
}

/// Where a folder is gone in which nobody has worked since: who had worked there before, and left
/// nothing in it but what went with the step itself.
fn emptied_before<'l>(ledger: &'l Ledger, clash: &Clash) -> Vec<&'l Visit> {
    let Reason::FolderGone(folder) = &clash.reason else { return Vec::new() };
    let below = folder.below(&ledger.visits).filter(|(path, _)| **path != clash.path);
    below.flat_map(|(_, visits)| visits).collect()
}

/// Who worked where plans clash, after the steps that clash.
fn directly(ground: &Ground<'_>, clashes: &[Clash], set: &BTreeSet<StageIndex>) -> Direct {
    let mut stages = BTreeSet::new();
    let mut foreign: BTreeMap<usize, ObjectId> = BTreeMap::new();
    for clash in clashes {
        if let Reason::Shared(with) = &clash.reason {
            stages.extend(with.difference(set));
            continue;
        }
        if clash.reason.is_about_the_checkpoint() {
            continue;
        }
        let since: Vec<&Visit> = in_the_way(ground.ledger, clash).map(|(_, visit)| visit).collect();
        let is_mine = |visit: &&Visit| {
            let Whose { stages, foreign, .. } = &*visit.whose;
            !stages.is_empty() && !foreign && stages.is_subset(set)
        };
        let before = match since.iter().all(is_mine) {
            true => emptied_before(ground.ledger, clash),
            false => Vec::new(),
        };
        for visit in since.into_iter().chain(before) {
            if visit.whose.stages.is_empty() || visit.whose.foreign {
                foreign.insert(visit.order, visit.step);
            }
            stages.extend(visit.whose.stages.difference(set));
        }
    }
    Direct { stages, foreign: foreign.into_values().rev().collect() }
}

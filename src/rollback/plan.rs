//! The plan of a back-out: which steps go back, what the tree would be, what stands in the way and
//! whose work that is. Worked out in memory; nothing is written.

use std::collections::{BTreeMap, BTreeSet};

use super::back::{back, undone};
use super::checkpoint::checkpoint;
use super::replay::{Clash, Outcome, Played, Reason, Replay};
use crate::config::{CodeRollback, Migration, Stage};
use crate::git::{Change, ObjectId, Repo, RepoPath};
use crate::stage::ledger::{Evidence, Ledger, StageStep};
use crate::stage::matcher::{Matcher, StageIndex};

/// What plans rest on.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// The repository.
    pub repo: &'a Repo,
    /// The migration.
    pub migration: &'a Migration,
    /// Who owns what.
    pub matcher: &'a Matcher<'a>,
    /// What has landed up to `onto`.
    pub ledger: &'a Ledger,
    /// The commit on which stages are backed out.
    pub onto: ObjectId,
}

/// What backing stages out comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The stages, by their newest step, newest first.
    pub stages: Vec<StageIndex>,
    /// The commit that it is planned on.
    pub onto: ObjectId,
    /// The resulting tree; `None` where something stands in the way. Of an empty plan it is the
    /// tip's.
    pub tree: Option<ObjectId>,
    /// The steps that go back, newest first.
    pub commits: Vec<StageStep>,
    /// The paths that change.
    pub paths: Vec<Change>,
    /// What stands in the way.
    pub clashes: Vec<Clash>,
    /// Other commits on the same files since the first step, newest first. They stay.
    pub foreign: Vec<ObjectId>,
    /// Those of `commits` that are the stages' by ownership alone, newest first.
    pub confirm: Vec<ObjectId>,
}

impl Plan {
    /// Whether there is nothing to back out.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.clashes.is_empty() && self.paths.is_empty()
    }

    /// Whether it can be carried out.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        self.tree.is_some()
    }
}

/// Plans to back stages out together, whatever else stays.
pub fn plan(ground: &Ground<'_>, stages: &BTreeSet<StageIndex>) -> anyhow::Result<Plan> {
    let steps = steps(ground.ledger, stages);
    let mut replay = Replay::new(ground.repo, &ground.onto)?;
    let restored = restored(ground, stages)?;
    for undone in undone(steps.iter().map(|(_, step)| step), stages) {
        back(&mut replay, &undone, &restored)?;
    }
    restore(ground, &mut replay, stages, &restored)?;
    let Outcome { tree, changes: paths, clashes } = replay.finish()?;
    let mut commits: Vec<StageStep> = Vec::new();
    for (_, step) in &steps {
        match commits.last_mut() {
            Some(last) if last.order == step.order => {
                last.evidence = last.evidence.min(step.evidence);
            }
            _ => commits.push(step.clone()),
        }
    }
    let suggested = commits.iter().filter(|step| step.evidence == Evidence::Suggested);
    Ok(Plan {
        stages: newest_first(ground.ledger, stages),
        onto: ground.onto,
        tree,
        confirm: suggested.map(|step| step.id).collect(),
        foreign: others(ground.ledger, &commits),
        commits,
        paths,
        clashes,
    })
}

/// The stages by their newest step, newest first; those without any come last.
#[must_use]
pub fn newest_first(ledger: &Ledger, stages: &BTreeSet<StageIndex>) -> Vec<StageIndex> {
    let newest = |stage: &StageIndex| ledger.get(*stage)?.steps.last().map(|step| step.order);
    let mut sorted: Vec<StageIndex> = stages.iter().copied().collect();
    sorted.sort_by_key(|stage| std::cmp::Reverse((newest(stage), *stage)));
    sorted
}

/// The living steps of stages, newest first.
fn steps(ledger: &Ledger, stages: &BTreeSet<StageIndex>) -> Vec<(StageIndex, StageStep)> {
    let of = |stage: &StageIndex| {
        let stage = *stage;
        let steps = ledger.get(stage).map(|history| history.steps.clone()).unwrap_or_default();
        steps.into_iter().map(move |step| (stage, step))
    };
    let mut all: Vec<(StageIndex, StageStep)> = stages.iter().flat_map(of).collect();
    all.sort_by_key(|(stage, step)| (std::cmp::Reverse(step.order), *stage));
    all
}

/// The paths of stages with `code = "restore"` that nobody else owns and that differ from the
/// checkpoint.
fn restored(
    ground: &Ground<'_>,
    stages: &BTreeSet<StageIndex>,
) -> anyhow::Result<BTreeSet<RepoPath>> {
    let mut restored = BTreeSet::new();
    for (index, stage) in restoring(ground, stages) {
        for change in since_checkpoint(ground, stage)? {
            if ground.matcher.owners(&change.path)? == BTreeSet::from([index]) {
                restored.insert(change.path);
            }
        }
    }
    Ok(restored)
}

/// The landed ones of the stages that say `code = "restore"`.
fn restoring<'a>(
    ground: &Ground<'a>,
    stages: &BTreeSet<StageIndex>,
) -> Vec<(StageIndex, &'a Stage)> {
    let mut found = Vec::new();
    for index in stages {
        let landed = ground.ledger.get(*index).is_some_and(|history| !history.steps.is_empty());
        match ground.migration.stages.get(*index) {
            Some(stage) if landed && stage.code == CodeRollback::Restore => {
                found.push((*index, stage));
            }
            _ => {}
        }
    }
    found
}

fn since_checkpoint(ground: &Ground<'_>, stage: &Stage) -> anyhow::Result<Vec<Change>> {
    let point = checkpoint(ground.repo, ground.migration, stage)?.ok_or_else(|| {
        anyhow::anyhow!("the checkpoint of stage {} is not here: fetch its tag", stage.id)
    })?;
    Ok(ground.repo.changes(Some(&point), Some(&ground.onto))?)
}

/// Sets paths back as they were at the checkpoint, where nobody else has worked on them since.
fn restore(
    ground: &Ground<'_>,
    replay: &mut Replay<'_>,
    stages: &BTreeSet<StageIndex>,
    restored: &BTreeSet<RepoPath>,
) -> anyhow::Result<()> {
    for (index, stage) in restoring(ground, stages) {
        let Some(point) = checkpoint(ground.repo, ground.migration, stage)? else { continue };
        for change in since_checkpoint(ground, stage)? {
            if !restored.contains(&change.path)
                || ground.matcher.owners(&change.path)? != BTreeSet::from([index])
            {
                continue;
            }
            let mut worked_on = None;
            for visit in ground.ledger.visits.get(&change.path).into_iter().flatten() {
                let own = visit.stages.iter().any(|one| stages.contains(one));
                if !own && !ground.repo.is_ancestor(&visit.step, &point)? {
                    worked_on = Some(Played { step: visit.step, order: visit.order });
                }
            }
            match worked_on {
                Some(played) => replay.clash(&change.path, played, Reason::WorkedOn),
                None => replay.set(&change.path, change.old),
            }
        }
    }
    Ok(())
}

/// Commits on the files of steps, since the first of them, that are none of the steps.
fn others(ledger: &Ledger, steps: &[StageStep]) -> Vec<ObjectId> {
    let Some(first) = steps.last().map(|step| step.order) else { return Vec::new() };
    let own: BTreeSet<usize> = steps.iter().map(|step| step.order).collect();
    let paths: BTreeSet<&RepoPath> =
        steps.iter().flat_map(|step| &step.changes).map(|change| &change.path).collect();
    let visits = paths.iter().filter_map(|path| ledger.visits.get(*path)).flatten();
    let found: BTreeMap<usize, ObjectId> = visits
        .filter(|visit| visit.order >= first && !own.contains(&visit.order))
        .map(|visit| (visit.order, visit.step))
        .collect();
    found.into_values().rev().collect()
}

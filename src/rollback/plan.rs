//! The plan of a back-out: which steps go back, what the tree would be, what stands in the way and
//! whose work that is. Worked out in memory; nothing is written.

use std::collections::{BTreeMap, BTreeSet};

use super::checkpoint::checkpoint;
use super::replay::{Clash, Outcome, Patch, Played, Reason, Replay};
use crate::config::{CodeRollback, Migration, Stage};
use crate::git::{Change, Edits, GitError, ObjectId, Repo, RepoPath, View};
use crate::stage::ledger::{Evidence, Ledger, StageChange, StageStep};
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

/// The changes of one step that go back.
struct Undone {
    played: Played,
    changes: Vec<StageChange>,
}

/// Plans to back stages out together, whatever else stays.
pub fn plan(ground: &Ground<'_>, stages: &BTreeSet<StageIndex>) -> anyhow::Result<Plan> {
    let steps = steps(ground.ledger, stages);
    let mut replay = Replay::new(ground.repo, &ground.onto)?;
    let restored = restored(ground, stages)?;
    for undone in undone(&steps, stages) {
        back(&mut replay, &undone, &restored)?;
    }
    restore(ground, &mut replay, stages, &restored)?;
    let Outcome { tree, edits, clashes } = replay.finish()?;
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
        paths: changed_paths(ground, edits)?,
        clashes,
    })
}

/// What edits of the tip change there.
pub(super) fn changed_paths(ground: &Ground<'_>, edits: Edits) -> Result<Vec<Change>, GitError> {
    let view = View::of_commit(ground.repo, &ground.onto)?;
    let change = |(path, new)| {
        let old = view.entry(&path)?.filter(|entry| !entry.is_folder());
        Ok(Change { path, old, new })
    };
    edits.into_iter().map(change).collect()
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

/// What goes back, step by step, newest first. What several of the stages did together goes once.
fn undone(steps: &[(StageIndex, StageStep)], stages: &BTreeSet<StageIndex>) -> Vec<Undone> {
    let mut all: Vec<Undone> = Vec::new();
    for (_, step) in steps {
        let played = Played { step: step.id, order: step.order };
        if all.last().is_none_or(|last| last.played.order != step.order) {
            all.push(Undone { played, changes: Vec::new() });
        }
        let Some(last) = all.last_mut() else { continue };
        for change in &step.changes {
            let known = |other: &StageChange| {
                (&other.path, &other.commit) == (&change.path, &change.commit)
            };
            if !last.changes.iter().any(known) {
                let with = change.with.difference(stages).copied().collect();
                last.changes.push(StageChange { with, ..change.clone() });
            }
        }
    }
    all
}

/// Takes one step back. A merge may have changed a path by several commits: those go one after the
/// other, the newest first.
fn back(
    replay: &mut Replay<'_>,
    undone: &Undone,
    restored: &BTreeSet<RepoPath>,
) -> Result<(), GitError> {
    let mut left: BTreeMap<&RepoPath, Vec<&StageChange>> = BTreeMap::new();
    for change in undone.changes.iter().filter(|change| !restored.contains(&change.path)) {
        if change.with.is_empty() {
            left.entry(&change.path).or_default().push(change);
        } else {
            replay.clash(&change.path, undone.played, Reason::Shared(change.with.clone()));
        }
    }
    while !left.is_empty() {
        let mut by_commit: BTreeMap<ObjectId, Vec<Patch>> = BTreeMap::new();
        for changes in left.values_mut() {
            if let Some(change) = changes.pop() {
                by_commit.entry(change.commit).or_default().push(taken_back(change));
            }
        }
        for patches in by_commit.values() {
            replay.play(undone.played, patches)?;
        }
        left.retain(|_, changes| !changes.is_empty());
    }
    Ok(())
}

fn taken_back(change: &StageChange) -> Patch {
    Patch {
        path: change.path.clone(),
        then: change.then.clone(),
        tree: change.commit,
        from: change.new,
        to: change.old,
    }
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

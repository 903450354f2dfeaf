//! Whether a push takes stages exactly back to their checkpoints. Tree equality decides; titles
//! and trailers only say which stages are meant.

use std::collections::BTreeSet;

use crate::config::{Migration, Stage, TagPin};
use crate::git::{GitError, ObjectId, Range, RefName, Repo};
use crate::stage::matcher::{Matcher, StageIndex};
use crate::stage::moves::is_renamed;
use crate::stage::plan::{StagePlan, Touch};

/// Whether everything that a range changes puts the stages that own it back as they were at their
/// checkpoints, whole.
///
/// A path that several stages own goes back only with the consent of all of them: each has to be
/// named by `Backout-Stage`, or one stage's rollback would silently remove another one's work.
pub fn is_exact(
    repo: &Repo,
    migration: &Migration,
    matcher: &Matcher<'_>,
    plan: &StagePlan,
    range: &Range,
) -> anyhow::Result<bool> {
    let Some(head) = &range.head else { return Ok(false) };
    if range.changes.is_empty() || plan.touched.values().any(Touch::advances) {
        return Ok(false);
    }
    let mut stages: BTreeSet<StageIndex> = BTreeSet::new();
    for change in &range.changes {
        // Its rename would be undone, whoever did it.
        if change.new.is_some() && is_renamed(migration, &change.path) {
            return Ok(false);
        }
        let owners = matcher.owners(&change.path)?;
        let said = |owner: &StageIndex| plan.touched.get(owner).is_some_and(Touch::is_backed_out);
        if owners.is_empty() || (owners.len() > 1 && !owners.iter().all(said)) {
            return Ok(false);
        }
        stages.extend(&*owners);
    }
    for index in stages {
        let Some(stage) = migration.stages.get(index) else { return Ok(false) };
        let Some(checkpoint) = checkpoint(repo, migration, stage)? else { return Ok(false) };
        if !reaches_start(repo, migration, &checkpoint)? {
            return Ok(false);
        }
        if !equals(repo, matcher, index, &checkpoint, head)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The commit from which a stage began: its own start tag's, else the migration's.
pub fn checkpoint(
    repo: &Repo,
    migration: &Migration,
    stage: &Stage,
) -> Result<Option<ObjectId>, GitError> {
    pinned(repo, stage.start.as_ref().unwrap_or(&migration.start))
}

fn pinned(repo: &Repo, pin: &TagPin) -> Result<Option<ObjectId>, GitError> {
    let tagged = repo.reference(&RefName::tag(&pin.tag))?.and_then(|peeled| peeled.commit);
    Ok(pin.oid.or(tagged).filter(|commit| repo.has(commit)))
}

/// Whether all since a checkpoint is known: whose work came before the migration is not.
pub fn reaches_start(
    repo: &Repo,
    migration: &Migration,
    point: &ObjectId,
) -> Result<bool, GitError> {
    match pinned(repo, &migration.start)? {
        Some(start) => repo.is_ancestor(&start, point),
        None => Ok(false),
    }
}

/// Whether a stage's paths are in two commits the same: content, mode, and being there at all.
fn equals(
    repo: &Repo,
    matcher: &Matcher<'_>,
    stage: StageIndex,
    one: &ObjectId,
    other: &ObjectId,
) -> anyhow::Result<bool> {
    for change in repo.changes(Some(one), Some(other))? {
        if matcher.owners(&change.path)?.contains(&stage) {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests;

//! What taking foreign work back first comes to, where that is all that stands in the way of a
//! plan: whether the plan goes then is tried out, in memory, before anybody is told to do so.

use super::blockers::Blockers;
use super::clash::Played;
use super::plan::{Ground, Plan, plan};
use super::replay::{Patch, Replay};
use super::undoing::read_ledger_with;
use crate::git::{Change, ObjectId, RepoPath};
use crate::stage::attribution::Attribution;
use crate::stage::matcher::Matcher;

/// How it goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Clearing {
    /// It is not all that stands in the way, or nothing does.
    #[default]
    Unasked,
    /// The plan goes then.
    Works,
    /// A commit does not go back itself, at this path.
    Conflicts(ObjectId, RepoPath),
    /// The plan does not go then either.
    NotEnough,
}

/// What a commit says that takes foreign work back.
#[must_use]
pub fn foreign_trailer(trailer: &str) -> String {
    format!("{trailer}: none")
}

/// Takes the blocking work of no stage back, the newest first, as `git revert` does, and plans on
/// what that leads to.
pub fn clearing(
    ground: &Ground<'_>,
    attribution: &Attribution<'_>,
    start: &ObjectId,
    blocked: &Plan,
    blockers: &Blockers,
) -> anyhow::Result<Clearing> {
    if !blockers.are_foreign_alone() {
        return Ok(Clearing::Unasked);
    }
    let Ground { repo, migration, onto, .. } = *ground;
    let mut replay = Replay::new(repo, &onto)?;
    for (order, commit) in blockers.foreign.iter().enumerate() {
        let parents = repo.commit(commit)?.parents;
        let changes = repo.changes(parents.first(), Some(commit))?;
        let patches: Vec<Patch> =
            changes.into_iter().map(|change| taken_back(*commit, change)).collect();
        replay.play(Played { step: *commit, order }, &patches)?;
        if let Some(patch) = patches.iter().find(|patch| replay.clashes_at(&patch.path)) {
            return Ok(Clearing::Conflicts(*commit, patch.path.clone()));
        }
    }
    let outcome = replay.finish()?;
    let (Some(tree), false) = (outcome.tree, outcome.changes.is_empty()) else {
        return Ok(Clearing::NotEnough);
    };
    let message = format!("scratch\n\n{}", foreign_trailer(&migration.trailer));
    let cleared = repo.draft_commit_saying(&tree, Some(&onto), &message)?;
    let ledger = read_ledger_with(repo, migration, attribution, start, (&onto, &cleared))?;
    let matcher = Matcher::new(migration);
    let ground = Ground { repo, migration, matcher: &matcher, ledger: &ledger, onto: cleared };
    let tried = plan(&ground, &blocked.stages.iter().copied().collect())?;
    Ok(if tried.is_clean() && !tried.is_empty() { Clearing::Works } else { Clearing::NotEnough })
}

fn taken_back(commit: ObjectId, change: Change) -> Patch {
    let Change { path, old, new } = change;
    Patch { then: path.clone(), path, tree: commit, from: new, to: old }
}

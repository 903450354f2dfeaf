//! Takes steps back, one after the other: what a plan does, and what tells whether somebody did it.

use std::collections::{BTreeMap, BTreeSet};

use super::clash::{Played, Reason};
use super::replay::{Patch, Replay};
use crate::git::{GitError, ObjectId, RepoPath};
use crate::stage::ledger::{StageChange, StageStep};
use crate::stage::matcher::StageIndex;

/// The changes of one step that go back.
pub(super) struct Undone<'s> {
    played: Played,
    /// Each with the stages that stay and whose work it is too.
    changes: Vec<(&'s StageChange, BTreeSet<StageIndex>)>,
}

/// What goes back, step by step, the newest first, as the steps have to come; `stays` tells whose
/// work a change is that does not go along.
pub(super) fn undone<'s>(
    steps: impl IntoIterator<Item = &'s StageStep>,
    stays: impl Fn(&StageStep, &StageChange) -> BTreeSet<StageIndex>,
) -> Vec<Undone<'s>> {
    let mut all: Vec<Undone<'_>> = Vec::new();
    for step in steps {
        let played = Played { step: step.id, order: step.order };
        if all.last().is_none_or(|last| last.played.order != step.order) {
            all.push(Undone { played, changes: Vec::new() });
        }
        let Some(last) = all.last_mut() else { continue };
        last.changes.extend(step.changes.iter().map(|change| (change, stays(step, change))));
    }
    all
}

/// Takes one step back. Of a merge, the commits that it brought go one after the other, the newest
/// first. What several stages did together, each of them has: it goes once.
pub(super) fn back(
    replay: &mut Replay<'_>,
    undone: &Undone<'_>,
    without: &BTreeSet<RepoPath>,
) -> Result<(), GitError> {
    let mut by_commit: BTreeMap<(usize, ObjectId), Vec<Patch>> = BTreeMap::new();
    for (change, with) in undone.changes.iter().filter(|(one, _)| !without.contains(&one.path)) {
        if !with.is_empty() {
            replay.clash(&change.path, undone.played, Reason::Shared(with.clone()));
        } else if change.tangled {
            replay.clash(&change.path, undone.played, Reason::Tangled);
        } else {
            let patches = by_commit.entry((change.place, change.commit)).or_default();
            patches.push(taken_back(change));
        }
    }
    for mut patches in by_commit.into_values().rev() {
        patches.sort_by(|one, other| one.path.cmp(&other.path));
        patches.dedup();
        replay.play(undone.played, &patches)?;
    }
    Ok(())
}

/// A change, played backwards.
pub(super) fn taken_back(change: &StageChange) -> Patch {
    Patch {
        path: change.path.clone(),
        then: change.then.clone(),
        tree: change.commit,
        from: change.new,
        to: change.old,
    }
}

//! Whether what had landed is still told along the first parents of what is pushed: after a pull
//! that merges, the landed line stands behind the merge's second parent (a "foxtrot").

use std::collections::{BTreeMap, BTreeSet};

use super::repo_facts::RepoFacts;
use super::retold;
use super::snapshot::{Foxtrot, Known, Mistold};
use crate::config::{Migration, RollbackStep, Stage, StageState};
use crate::git::{Commit, GitError, ObjectId, Operation, Range, Repo};
use crate::rollback::line::Line;
use crate::stage::ledger::{StageHistory, StageStep};
use crate::stage::matcher::StageIndex;

impl<'a> RepoFacts<'a> {
    /// The merge that turns the landed line into another parent than its first, where landed stages
    /// are told otherwise by that; both ends of the range are read along first parents.
    pub(super) fn foxtrot_of(&self, migration: &'a Migration) -> Known<Option<Foxtrot>> {
        let (repo, range) = (self.ground.repo, self.range);
        let Some(head) = &range.head else { return Ok(None) };
        let Some((landed, merge)) = turned(repo, range)? else { return Ok(None) };
        let before = self.read_line(migration, &landed, true)?;
        let after = self.read_line(migration, head, true)?;
        let mut stages = Vec::new();
        for (index, stage) in migration.stages.iter().enumerate() {
            if stage.state == StageState::Open {
                stages.extend(mistold(repo, (&before, &after), (index, stage))?);
            }
        }
        Ok((!stages.is_empty()).then_some(Foxtrot { merge, stages }))
    }
}

/// The end of what had landed, where first parents do not lead there, and the merge that brings it.
/// In most pushes the only new commit, or the oldest one, follows it.
fn turned(repo: &Repo, range: &Range) -> Result<Option<(ObjectId, ObjectId)>, GitError> {
    let (Some(head), Some(old)) = (&range.head, &range.old) else { return Ok(None) };
    let new: BTreeMap<&ObjectId, &Commit> = range.commits.iter().map(|c| (&c.id, c)).collect();
    let mut own: Vec<&Commit> = Vec::new();
    let mut end = Some(head);
    while let Some(commit) = end.and_then(|id| new.get(id)) {
        own.push(commit);
        end = commit.parents.first();
    }
    // All that is new follows one commit, which both sides have.
    if end == Some(old) || (end.is_some() && range.base.iter().eq(end)) {
        return Ok(None);
    }
    let landed = match range.operation {
        Operation::Update => Some(*old),
        Operation::Rewrite => repo.parting(old, head)?,
        Operation::Create | Operation::Delete => None,
    };
    let Some(landed) = landed.filter(|landed| end != Some(landed)) else { return Ok(None) };
    for merge in own.iter().rev().filter(|commit| commit.parents.len() > 1) {
        if repo.is_ancestor(&landed, &merge.id)? {
            return Ok(Some((landed, merge.id)));
        }
    }
    Ok(None)
}

/// What is told otherwise of a stage; `None` where nothing is, or it had never landed.
fn mistold(
    repo: &Repo,
    (before, after): (&Line<'_>, &Line<'_>),
    (index, stage): (StageIndex, &Stage),
) -> Known<Option<Mistold>> {
    let had = before.history(index)?.unwrap_or_default();
    let had = had.claimed();
    if had.steps.is_empty() && had.backed_out.is_none() {
        return Ok(None);
    }
    let now = after.history(index)?.unwrap_or_default();
    let now = now.claimed();
    let lost = lost(repo, had, now)?;
    let forgets_back_out = now.backed_out < had.backed_out;
    let is_over = now.backed_out > had.backed_out;
    let has_landed = had.steps.is_empty() || !now.steps.is_empty() || is_over;
    let by_code = stage.rollback.contains(&RollbackStep::Code) && !stage.irreversible;
    let closed = by_code && retold::closed((before, index), (after, index))?.is_some();
    let is_told = !lost.is_empty() || forgets_back_out || closed;
    Ok(is_told.then_some(Mistold { stage: index, lost, has_landed, forgets_back_out, closed }))
}

/// The steps of the present life that are the stage's no longer.
fn lost(repo: &Repo, had: &StageHistory, now: &StageHistory) -> Result<Vec<ObjectId>, GitError> {
    let ended = now.previous.iter().flat_map(|life| &life.steps);
    let known: BTreeSet<ObjectId> = now.steps.iter().chain(ended).map(|step| step.id).collect();
    let mut lost = Vec::new();
    for step in had.steps.iter().filter(|step| !known.contains(&step.id)) {
        if !is_told_in_full(repo, step, &known)? {
            lost.push(step.id);
        }
    }
    Ok(lost)
}

/// Whether commits that a merge brought have its place: first parents lead through them again.
fn is_told_in_full(
    repo: &Repo,
    step: &StageStep,
    known: &BTreeSet<ObjectId>,
) -> Result<bool, GitError> {
    let Some(first) = repo.commit(&step.id)?.parents.into_iter().next().filter(|_| step.merge)
    else {
        return Ok(false);
    };
    for one in known {
        if repo.is_ancestor(one, &step.id)? && !repo.is_ancestor(one, &first)? {
            return Ok(true);
        }
    }
    Ok(false)
}

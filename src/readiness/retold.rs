//! What a change of the rules or of the attributions, by itself, makes of the stages that have
//! landed: both sides are asked of the very same commits, those before the change.

use std::collections::BTreeSet;

use super::attributed;
use super::forecast::unplanned;
use super::judge_range::{Judged, lands};
use super::policy_change;
use super::repo_facts::RepoFacts;
use super::snapshot::{Known, PolicyChange, Retold};
use crate::config::{Configuration, Migration, StageState};
use crate::git::{GitError, ObjectId, Operation, RepoPath};
use crate::policy::trust::Policy;
use crate::rollback::line::Line;
use crate::rollback::outlook::Outlook;
use crate::stage::attribution::{Attributions, Claims};
use crate::stage::matcher::StageIndex;

/// Adds to a change of the rules what it makes of the landed stages. Where neither rules nor
/// attributions are changed, nothing is read; and of the trusted rules those are asked from which
/// the change departs.
pub fn add(
    judged: &Judged<'_>,
    facts: &RepoFacts<'_>,
    change: &mut PolicyChange,
) -> Result<(), GitError> {
    let attributions = attributed::path_of(judged.migration);
    let touches = |path: &RepoPath| judged.range.changes.iter().any(|one| one.path == *path);
    // Also rules that are trusted by now, where CI is told of a push that has happened.
    let by_rules = !policy_change::changed_files(judged.policies, judged.range).is_empty();
    if !by_rules && !touches(&attributions) {
        return Ok(());
    }
    let Some(base) = base(judged)? else { return Ok(()) };
    if !departs_from(judged, &base) {
        return Ok(());
    }
    match read(judged, facts, (&base, by_rules)) {
        Ok(retold) => change.retold = retold,
        Err(why) => change.untold = Some(why),
    }
    Ok(())
}

/// The commit from which the change departs: the old end of the landing branch, else where the
/// branch parted from it, or what stands for the several commits at which it did. `None` where there
/// is none, or all has landed.
fn base(judged: &Judged<'_>) -> Result<Option<ObjectId>, GitError> {
    let Judged { range, ground, migration, input, .. } = judged;
    let Some(head) = &range.head else { return Ok(None) };
    if range.operation == Operation::Update && lands(input, migration) {
        return Ok(range.old);
    }
    let Some(tip) = ground.landing.get(&migration.branch) else { return Ok(None) };
    match ground.repo.merge_bases(head, tip)?.as_slice() {
        [] => Ok(None),
        [base] => Ok(Some(*base).filter(|base| base != head)),
        several => Ok(Some(ground.repo.common_ground(tip, several)?)),
    }
}

/// Whether the configuration that asks is the one at a commit; where that is invalid, the first of
/// those that are trusted.
fn departs_from(judged: &Judged<'_>, base: &ObjectId) -> bool {
    let trusted = &judged.policies.trusted;
    let is_there = |policy: &&Policy| policy.origins.iter().any(|one| one.commit == *base);
    let policy = trusted.iter().find(is_there).or(trusted.first());
    policy.is_some_and(|policy| std::ptr::eq(&policy.configuration, judged.configuration))
}

/// The steps up to a commit, by these rules and attributions.
fn line<'a>(
    judged: &Judged<'a>,
    (configuration, migration): (&'a Configuration, &'a Migration),
    attributions: &'a Attributions,
    at: &ObjectId,
) -> Known<Line<'a>> {
    let silent = Claims::default();
    let facts = RepoFacts::new(judged.ground, judged.range, configuration, attributions, silent);
    facts.read_line(migration, at, false)
}

/// The migration as the pushed rules have it; `None` where they have it no more.
fn pushed<'a>(judged: &Judged<'a>) -> Option<(&'a Configuration, &'a Migration)> {
    let rules = judged.policies.newest().filter(|_| judged.policies.judged_has_one)?;
    let mut all = rules.configuration.migrations.iter();
    Some((&rules.configuration, all.find(|one| one.id == judged.migration.id)?))
}

fn read(
    judged: &Judged<'_>,
    facts: &RepoFacts<'_>,
    (base, by_rules): (&ObjectId, bool),
) -> Known<Vec<Retold>> {
    let (repo, migration) = (judged.ground.repo, judged.migration);
    let said_before = attributed::at(repo, base, migration)?;
    let before = line(judged, (judged.configuration, migration), &said_before, base)?;
    let pushed = pushed(judged);
    let said_after = match (pushed, &judged.range.head) {
        (Some((_, own)), Some(head)) => attributed::at(repo, head, own)?,
        _ => Attributions::default(),
    };
    let after = match pushed {
        Some(own) => Some((own.1, line(judged, own, &said_after, base)?)),
        None => None,
    };
    let mut found = Vec::new();
    for (index, stage) in migration.stages.iter().enumerate() {
        if stage.state == StageState::Closed {
            continue;
        }
        let now = after.as_ref().and_then(|(own, line)| {
            Some((line, own.stages.iter().position(|one| one.id == stage.id)?))
        });
        let retold = retold((&before, index), now, by_rules)?;
        found.extend(retold.filter(|_| !backed_out(facts, migration, index)));
    }
    Ok(found)
}

/// A stage on a side: the steps, and its place in that side's rules.
pub(super) type At<'l, 'a> = (&'l Line<'a>, StageIndex);

/// What becomes of one stage; `None` where nothing does.
fn retold(before: At<'_, '_>, now: Option<At<'_, '_>>, by_rules: bool) -> Known<Option<Retold>> {
    let has: BTreeSet<ObjectId> = match now {
        Some(now) => claimed(now)?.into_iter().collect(),
        None => BTreeSet::new(),
    };
    let lost = claimed(before)?.into_iter().filter(|step| !has.contains(step));
    let lost: Vec<ObjectId> = lost.collect();
    let has_landed = !has.is_empty();
    let closed = match now {
        Some(now) => closed(before, now)?,
        None => None,
    };
    let certain = by_rules && closed.as_ref().is_some_and(|(_, certain)| *certain);
    let closed = closed.map(|(outlook, _)| outlook);
    let is_told = !lost.is_empty() || closed.is_some();
    Ok(is_told.then_some(Retold { stage: before.1, lost, has_landed, closed, certain }))
}

/// The commits of a stage's present life that say so.
fn claimed((line, stage): At<'_, '_>) -> Known<Vec<ObjectId>> {
    let history = line.history(stage)?.unwrap_or_default();
    Ok(history.claimed().steps.iter().map(|step| step.id).collect())
}

/// How a stage stands now, where it had its way back before; and whether that is so as well by what
/// the commits say of themselves alone.
pub(super) fn closed(
    (before, was): At<'_, '_>,
    (after, is): At<'_, '_>,
) -> Known<Option<(Outlook, bool)>> {
    let now = after.outlook(after.len(), is).map_err(unplanned)?;
    let Some(now) = now.filter(|now| !now.holds() && now.claimed.is_some()) else {
        return Ok(None);
    };
    let had = before.outlook(before.len(), was).map_err(unplanned)?.filter(Outlook::holds);
    Ok(had.map(|had| {
        let certain = had.claimed == Some(true) && now.claimed == Some(false);
        (now, certain)
    }))
}

/// Whether the range backs a stage out; where that is not known, it does not.
fn backed_out(facts: &RepoFacts<'_>, migration: &Migration, stage: StageIndex) -> bool {
    let Some(stage) = migration.stages.get(stage) else { return false };
    let named = facts.named(&migration.id, &stage.id);
    named.is_some_and(|(own, index)| facts.life_is_over(own, index).unwrap_or(false))
}

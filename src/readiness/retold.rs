//! What a change of the rules or of the attributions, by itself, makes of the stages that have
//! landed: both sides are asked of the very same commits, those before the change.

use std::collections::BTreeSet;

use super::attributed;
use super::forecast::unplanned;
use super::judge_range::{Judged, lands};
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
    if change.changed.is_empty() && !touches(&attributions) {
        return Ok(());
    }
    let Some(base) = base(judged)? else { return Ok(()) };
    if !departs_from(judged, &base) {
        return Ok(());
    }
    match read(judged, facts, &base) {
        Ok(retold) => change.retold = retold,
        Err(why) => change.untold = Some(why),
    }
    Ok(())
}

/// The commit from which the change departs: the old end of the landing branch, else where the
/// branch parted from it. `None` where there is none, or all has landed.
fn base(judged: &Judged<'_>) -> Result<Option<ObjectId>, GitError> {
    let Judged { range, ground, migration, input, .. } = judged;
    let Some(head) = &range.head else { return Ok(None) };
    if range.operation == Operation::Update && lands(input, migration) {
        return Ok(range.old);
    }
    let Some(tip) = ground.landing.get(&migration.branch) else { return Ok(None) };
    let base = ground.repo.merge_base(head, tip)?;
    Ok(base.filter(|base| base != head))
}

/// Whether the configuration that asks is the one at a commit; where that is invalid, the first of
/// those that are trusted.
fn departs_from(judged: &Judged<'_>, base: &ObjectId) -> bool {
    let trusted = &judged.policies.trusted;
    let is_there = |policy: &&Policy| policy.origins.iter().any(|one| one.commit == *base);
    let policy = trusted.iter().find(is_there).or(trusted.first());
    policy.is_some_and(|policy| std::ptr::eq(&policy.configuration, judged.configuration))
}

/// One side: its rules, and what it says of commits.
struct Side<'a> {
    facts: RepoFacts<'a>,
    migration: &'a Migration,
}

impl<'a> Side<'a> {
    fn new(
        judged: &Judged<'a>,
        configuration: &'a Configuration,
        migration: &'a Migration,
        attributions: &'a Attributions,
    ) -> Self {
        let silent = Claims::default();
        let facts =
            RepoFacts::new(judged.ground, judged.range, configuration, attributions, silent);
        Self { facts, migration }
    }

    fn line(&self, at: &ObjectId) -> Known<Line<'a>> {
        self.facts.read_line(self.migration, at, false)
    }
}

fn read(judged: &Judged<'_>, facts: &RepoFacts<'_>, base: &ObjectId) -> Known<Vec<Retold>> {
    let Judged { ground, migration, configuration, policies, .. } = *judged;
    let said_before = attributed::at(ground.repo, base, migration)?;
    let before = Side::new(judged, configuration, migration, &said_before).line(base)?;
    let pushed = policies.newest().filter(|_| policies.judged_has_one);
    let pushed = pushed.map(|policy| &policy.configuration).and_then(|pushed| {
        let mut all = pushed.migrations.iter();
        Some((pushed, all.find(|one| one.id == migration.id)?))
    });
    let said_after = match (pushed, &judged.range.head) {
        (Some((_, own)), Some(head)) => attributed::at(ground.repo, head, own)?,
        _ => Attributions::default(),
    };
    let after = match pushed {
        Some((rules, own)) => Some((own, Side::new(judged, rules, own, &said_after).line(base)?)),
        None => None,
    };
    let mut found = Vec::new();
    for (index, stage) in migration.stages.iter().enumerate() {
        if stage.state == StageState::Closed {
            continue;
        }
        let had = claimed(&before, index)?;
        let now = after.as_ref().and_then(|(own, line)| {
            Some((own.stages.iter().position(|one| one.id == stage.id)?, line))
        });
        let has: BTreeSet<ObjectId> = match now {
            Some((index, line)) => claimed(line, index)?.into_iter().collect(),
            None => BTreeSet::new(),
        };
        let has_landed = !has.is_empty();
        let closed = match now {
            Some((at, line)) if has_landed => closed((&before, index), (line, at))?,
            _ => None,
        };
        let lost: Vec<ObjectId> = had.into_iter().filter(|step| !has.contains(step)).collect();
        // Where it is not known whether the range backs it out, it does not.
        if (!lost.is_empty() || closed.is_some()) && !backed_out(facts, migration, index) {
            found.push(Retold { stage: index, lost, has_landed, closed });
        }
    }
    Ok(found)
}

/// The commits of a stage's present life that say so.
fn claimed(line: &Line<'_>, stage: StageIndex) -> Known<Vec<ObjectId>> {
    let history = line.history(stage)?.unwrap_or_default();
    Ok(history.claimed().steps.iter().map(|step| step.id).collect())
}

type At<'l, 'a> = (&'l Line<'a>, StageIndex);

/// How a stage stands now, where it had its way back before.
fn closed((before, was): At<'_, '_>, (after, is): At<'_, '_>) -> Known<Option<Outlook>> {
    let now = after.outlook(after.len(), is).map_err(unplanned)?;
    let now = now.filter(|now| !now.holds() && now.claimed.is_some());
    let Some(now) = now else { return Ok(None) };
    let had = before.outlook(before.len(), was).map_err(unplanned)?;
    Ok(had.is_some_and(|had| had.holds()).then_some(now))
}

fn backed_out(facts: &RepoFacts<'_>, migration: &Migration, stage: StageIndex) -> bool {
    let Some(stage) = migration.stages.get(stage) else { return false };
    let named = facts.named(&migration.id, &stage.id);
    named.is_some_and(|(own, index)| facts.life_is_over(own, index).unwrap_or(false))
}

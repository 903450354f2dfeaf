//! Which step took a stage its lone way back, and whether that was work.

use std::collections::BTreeSet;

use super::{Line, Reading};
use crate::git::RepoPath;
use crate::rollback::outlook::{Loss, Outlook};
use crate::stage::attribution::Claims;
use crate::stage::ledger::{Ledger, Visit};
use crate::stage::matcher::StageIndex;
use crate::stage::step::{Parts, Step};

/// So many of the newest steps are asked one by one which of them lost a way back.
pub(super) const ONE_BY_ONE: usize = 16;

/// The step with which a way back was lost, and how the stage stands after all steps.
struct Lost {
    order: usize,
    now: Outlook,
}

impl Line<'_> {
    /// The step, of those after the first `known`, with which a stage's way back was lost: it held
    /// after these, or the stage had not landed, and from that step on it does not hold. Where that
    /// was no work, and work came with it or after it that would have taken the way back alone, or
    /// stands on it: that work.
    pub fn lost_by(&self, known: usize, stage: StageIndex) -> anyhow::Result<Option<Loss>> {
        let certain = self.loss(known, stage, Reading::Claimed)?;
        match certain {
            Some(loss) => Ok(Some(loss)),
            None => self.loss(known, stage, Reading::All),
        }
    }

    fn loss(
        &self,
        known: usize,
        stage: StageIndex,
        reading: Reading,
    ) -> anyhow::Result<Option<Loss>> {
        let Some(lost) = self.lost(known, stage, reading)? else { return Ok(None) };
        let certain = reading == Reading::Claimed;
        let ledger = self.reading(self.len(), stage, reading)?;
        let is_work = |line: &Self, lost: &Lost| {
            let step = line.trail.all().get(lost.order);
            step.is_some_and(|step| is_work(&ledger, &lost.now, (lost.order, step)))
        };
        let (lost, is_work) = match is_work(self, &lost) {
            true => (lost, true),
            false => match self.work_beside(known, stage, reading, &lost, &is_work)? {
                Some(work) => (self.together(lost.now, work), true),
                None => (lost, false),
            },
        };
        let commit = self.trail.all().commits().get(lost.order).copied();
        Ok(commit.map(|commit| Loss { commit, is_work, certain, outlook: lost.now }))
    }

    fn lost(
        &self,
        known: usize,
        stage: StageIndex,
        reading: Reading,
    ) -> anyhow::Result<Option<Lost>> {
        let Some(now) = self.read(self.len(), stage, reading)?.filter(|now| !now.holds()) else {
            return Ok(None);
        };
        let ledger = self.reading(self.len(), stage, reading)?;
        let held_before = |order: usize| -> anyhow::Result<bool> {
            Ok(self.read(order, stage, reading)?.is_none_or(|before| before.holds()))
        };
        let order = last_held(&suspects(&ledger, known, stage), held_before)?;
        Ok(order.map(|order| Lost { order, now }))
    }

    /// The work that keeps a way back closed which somebody else closed first: what is left in the
    /// way if what closed it had been the stage's own, and went back with it. Of what is nobody's
    /// work, only that is taken for the stage's which closes the way back.
    fn work_beside(
        &self,
        known: usize,
        stage: StageIndex,
        reading: Reading,
        first: &Lost,
        is_work: &dyn Fn(&Self, &Lost) -> bool,
    ) -> anyhow::Result<Option<Lost>> {
        let ledger = self.reading(self.len(), stage, reading)?;
        let of_others = |visit: &Visit| {
            visit.order >= first.order && visit.whose.claimed.iter().any(|one| *one != stage)
        };
        if !ledger.visits.values().flatten().any(of_others) {
            return Ok(None);
        }
        let mut adopted = BTreeSet::new();
        let mut next = first.order;
        while adopted.insert(next) {
            if adopted.len() > ONE_BY_ONE {
                adopted.extend(suspects(&ledger, first.order, stage));
            }
            let line = self.adopting(&adopted, stage)?;
            match line.lost(known, stage, reading)? {
                Some(lost) if is_work(&line, &lost) => return Ok(Some(lost)),
                Some(lost) => next = lost.order,
                None => break,
            }
        }
        Ok(None)
    }

    /// The same line, where what is nobody's work in these steps is a stage's.
    fn adopting(&self, orders: &BTreeSet<usize>, stage: StageIndex) -> anyhow::Result<Self> {
        let trail = self.trail.with(orders, |step| step.adopted(&self.matcher, stage))?;
        Ok(Self::new(self.repo, self.migration, self.start, trail))
    }

    /// The loss by work, told with all that stands in the way.
    fn together(&self, now: Outlook, work: Lost) -> Lost {
        let Lost { order, now: by_work } = work;
        let mut now = now;
        let by_work_at = |path: &RepoPath| by_work.clashes.iter().any(|clash| clash.path == *path);
        now.clashes.sort_by_key(|clash| !by_work_at(&clash.path));
        let more = by_work.blockers.stages.into_iter();
        let more: Vec<_> = more.filter(|one| !now.blockers.stages.contains(one)).collect();
        now.blockers.stages.extend(more);
        for (path, commits) in by_work.blockers.commits {
            let known = now.blockers.commits.entry(path).or_default();
            known.extend(commits);
            known.sort_by_key(|commit| std::cmp::Reverse(self.count_to(commit)));
            known.dedup();
        }
        Lost { order, now }
    }
}

/// The newest of the steps before which it held, although it does not hold after the last; none
/// where it did not hold before the first. The steps are the newest first. Of very many, the older
/// ones are halved instead of asked one by one: where it was lost and found again so long ago, an
/// older loss is as good as a newer one.
pub(super) fn last_held(
    steps: &[usize],
    held_before: impl Fn(usize) -> anyhow::Result<bool>,
) -> anyhow::Result<Option<usize>> {
    let Some(first) = steps.last() else { return Ok(None) };
    if !held_before(*first)? {
        return Ok(None);
    }
    let (newest, older) = steps.split_at(steps.len().min(ONE_BY_ONE));
    for step in newest {
        if held_before(*step)? {
            return Ok(Some(*step));
        }
    }
    let (mut lost, mut held) = (0, older.len().saturating_sub(1));
    while lost < held {
        let middle = lost.midpoint(held);
        match older.get(middle) {
            Some(step) if held_before(*step)? => held = middle,
            _ => lost = middle + 1,
        }
    }
    Ok(older.get(held).copied())
}

/// The steps that may have made a difference to a stage, the newest first: those on its files.
fn suspects(ledger: &Ledger, known: usize, stage: StageIndex) -> Vec<usize> {
    let steps = ledger.get(stage).map(|history| history.steps.as_slice()).unwrap_or_default();
    let paths: BTreeSet<&RepoPath> =
        steps.iter().flat_map(|step| &step.changes).map(|change| &change.path).collect();
    let visits = paths.into_iter().filter_map(|path| ledger.visits.get(path)).flatten();
    let orders: BTreeSet<usize> =
        visits.map(|visit| visit.order).filter(|order| *order >= known).collect();
    orders.into_iter().rev().collect()
}

/// Whether a step says that what it did where the stage clashes now is a stage's work. A merge that
/// brought foreign work, or nobody's, beside a stage's is work only where that stage is in the way.
fn is_work(ledger: &Ledger, now: &Outlook, (order, step): (usize, &Step)) -> bool {
    let paths = now.clashes.iter().filter_map(|clash| ledger.visits.get(&clash.path));
    let mut at: Vec<&Visit> = paths.flatten().filter(|visit| visit.order == order).collect();
    if at.is_empty() {
        let anywhere = ledger.visits.values().flatten();
        at = anywhere.filter(|visit| visit.order == order).collect();
    }
    let mixed = brings_other_work(step);
    let counts = |stage: &StageIndex| !mixed || now.blockers.stages.contains(stage);
    at.iter().any(|visit| visit.whose.claimed.iter().any(counts))
}

fn brings_other_work(step: &Step) -> bool {
    let other = |claims: &Claims| claims.foreign || claims.stages.is_empty();
    step.parts.values().any(|parts| match parts {
        Parts::Chain(parts) => parts.iter().any(|part| other(&part.claims)),
        Parts::Tangled(words) => words.iter().any(|(_, said)| other(said)),
    })
}

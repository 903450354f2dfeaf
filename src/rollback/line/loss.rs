//! Which step took a stage its lone way back, and whether that was work.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::{Line, Reading};
use crate::git::{ObjectId, RepoPath};
use crate::rollback::blockers::in_the_way;
use crate::rollback::clash::{Clash, Reason};
use crate::rollback::outlook::{Loss, Outlook, comes_after};
use crate::stage::attribution::Claims;
use crate::stage::ledger::{Ledger, Visit};
use crate::stage::matcher::StageIndex;
use crate::stage::step::{Parts, Step};

/// So many of the newest steps are asked one by one which of them lost a way back.
pub(super) const ONE_BY_ONE: usize = 16;

/// What is asked: which of the steps after the first `known` took this stage its way back.
#[derive(Clone, Copy)]
struct Question {
    known: usize,
    stage: StageIndex,
    reading: Reading,
}

/// The step with which a way back was lost, and how the stage stands after all steps.
struct Lost {
    order: usize,
    now: Outlook,
    /// What everybody did that can be in the way.
    ledger: Rc<Ledger>,
}

impl Line<'_> {
    /// The step, of those after the first `known`, with which a stage's way back was lost: it held
    /// after these, or the stage had not landed, and from that step on it does not hold. Where that
    /// was no work, and work came with it or after it that would have taken the way back alone, or
    /// stands on it: that work.
    pub fn lost_by(&self, known: usize, stage: StageIndex) -> anyhow::Result<Option<Loss>> {
        let certain = self.loss(Question { known, stage, reading: Reading::Claimed })?;
        match certain {
            Some(loss) => Ok(Some(loss)),
            None => self.loss(Question { known, stage, reading: Reading::All }),
        }
    }

    fn loss(&self, question: Question) -> anyhow::Result<Option<Loss>> {
        let Some(mut lost) = self.lost(question)? else { return Ok(None) };
        let mut work = self.work_of(question, &lost, &lost.ledger);
        if work.is_none()
            && let Some((order, beside)) = self.work_beside(question, &lost)?
        {
            work = Some(order);
            self.tell_as_well(&mut lost.now, beside);
        }
        let commit = self.trail.all().commits().get(work.unwrap_or(lost.order)).copied();
        let certain = question.reading == Reading::Claimed;
        Ok(commit.map(|commit| Loss {
            commit,
            is_work: work.is_some(),
            certain,
            outlook: lost.now,
        }))
    }

    fn lost(&self, question: Question) -> anyhow::Result<Option<Lost>> {
        let Question { known, stage, reading } = question;
        let Some(now) = self.read(self.len(), stage, reading)?.filter(|now| !now.holds()) else {
            return Ok(None);
        };
        let ledger = self.around(self.len(), stage, reading, &now.clashes)?;
        let held_before = |order: usize| -> anyhow::Result<bool> {
            Ok(self.read(order, stage, reading)?.is_none_or(|before| before.holds()))
        };
        let mut order = last_held(&suspects(&ledger, &now.clashes, known, stage), held_before)?;
        if order.is_none() && now.clashes.iter().any(|one| one.reason.may_come_from_elsewhere()) {
            // Somebody may have done it on files that are no stage's.
            let all: Vec<usize> = (known..self.len()).rev().collect();
            order = last_held(&all, held_before)?;
        }
        Ok(order.map(|order| Lost { order, now, ledger }))
    }

    /// The step that is work and took the way back, where one did.
    fn work_of(&self, question: Question, lost: &Lost, ledger: &Ledger) -> Option<usize> {
        let step = self.trail.all().get(lost.order);
        match step.is_some_and(|step| is_work(ledger, &lost.now, (lost.order, step))) {
            true => Some(lost.order),
            false => {
                let Question { known, stage, .. } = question;
                self.work_anywhere(known, stage, &lost.now.clashes, &lost.ledger)
            }
        }
    }

    /// The newest work of others, of the steps after the first `known`, that is in the way of a
    /// stage that clashes so, where any work there is: in a folder that the stage needs, or on a
    /// file whose lines are not merged.
    pub fn work_since(
        &self,
        known: usize,
        stage: StageIndex,
        clashes: &[Clash],
    ) -> anyhow::Result<Option<ObjectId>> {
        let ledger = self.around(self.len(), stage, Reading::All, clashes)?;
        let order = self.work_anywhere(known, stage, clashes, &ledger);
        Ok(order.and_then(|order| self.trail.all().commits().get(order).copied()))
    }

    fn work_anywhere(
        &self,
        known: usize,
        stage: StageIndex,
        clashes: &[Clash],
        ledger: &Ledger,
    ) -> Option<usize> {
        let expected = |other: &StageIndex| comes_after(self.migration, *other, stage);
        let of_others = |other: &StageIndex| *other != stage && !expected(other);
        let anywhere = |clash: &&Clash| {
            clash.reason.is_about_folders() || matches!(clash.reason, Reason::Attribute(_))
        };
        let clashes = clashes.iter().filter(anywhere);
        clashes
            .flat_map(|clash| in_the_way(ledger, clash).map(move |found| (clash, found)))
            .filter(|(_, (_, visit))| visit.order >= known)
            .filter(|(_, (_, visit))| visit.whose.claimed.iter().any(of_others))
            .filter(|(clash, (path, visit))| self.does_it(clash, path, visit))
            .map(|(_, (_, visit))| visit.order)
            .max()
    }

    /// Whether a visit did what clashes: a folder goes only by what takes its files away.
    fn does_it(&self, clash: &Clash, path: &RepoPath, visit: &Visit) -> bool {
        let Some(step) = self.trail.all().get(visit.order) else { return false };
        let takes =
            |then: &RepoPath| step.changes.iter().any(|one| one.path == *then && one.new.is_none());
        !matches!(clash.reason, Reason::FolderGone(_)) || takes(path)
    }

    /// The work that keeps a way back closed which somebody else closed first: what is left in the
    /// way if what closed it had been the stage's own, and went back with it. Of what is nobody's
    /// work, only that is taken for the stage's which closes the way back.
    fn work_beside(
        &self,
        question: Question,
        first: &Lost,
    ) -> anyhow::Result<Option<(usize, Outlook)>> {
        let stage = question.stage;
        let of_others = |step: &Step| step.claims.stages.iter().any(|one| *one != stage);
        if !self.trail.all().told().any(|(at, step)| at >= first.order && of_others(step)) {
            return Ok(None);
        }
        let mut adopted = BTreeSet::new();
        let mut next = first.order;
        while adopted.insert(next) {
            if adopted.len() > ONE_BY_ONE {
                adopted.extend(first.order..self.len());
            }
            let line = self.adopting(&adopted, stage)?;
            let Some(lost) = line.lost(question)? else { break };
            if let Some(order) = line.work_of(question, &lost, &first.ledger) {
                return Ok(Some((order, lost.now)));
            }
            next = lost.order;
        }
        Ok(None)
    }

    /// The same line, where what is nobody's work in these steps is a stage's.
    fn adopting(&self, orders: &BTreeSet<usize>, stage: StageIndex) -> anyhow::Result<Self> {
        let trail = self.trail.with(orders, |step| step.adopted(&self.matcher, stage))?;
        Ok(Self::new(self.repo, self.migration, self.start, trail))
    }

    /// Adds what work has closed to what stands in the way, and tells it first.
    fn tell_as_well(&self, now: &mut Outlook, by_work: Outlook) {
        let by_work_at = |path: &RepoPath| by_work.clashes.iter().any(|clash| clash.path == *path);
        now.clashes.retain(|clash| !by_work_at(&clash.path));
        now.clashes.splice(0..0, by_work.clashes);
        let more = by_work.blockers.stages.into_iter();
        let more: Vec<_> = more.filter(|one| !now.blockers.stages.contains(one)).collect();
        now.blockers.stages.extend(more);
        for (path, commits) in by_work.blockers.commits {
            let known = now.blockers.commits.entry(path).or_default();
            known.extend(commits);
            known.sort_by_key(|commit| std::cmp::Reverse(self.count_to(commit)));
            known.dedup();
        }
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

/// The steps that may have made a difference to a stage, the newest first: those on its files, and
/// where it clashes with others.
fn suspects(ledger: &Ledger, clashes: &[Clash], known: usize, stage: StageIndex) -> Vec<usize> {
    let steps = ledger.get(stage).map(|history| history.steps.as_slice()).unwrap_or_default();
    let paths: BTreeSet<&RepoPath> =
        steps.iter().flat_map(|step| &step.changes).map(|change| &change.path).collect();
    let on_its_files = paths.into_iter().filter_map(|path| ledger.visits.get(path)).flatten();
    let elsewhere = clashes.iter().flat_map(|clash| in_the_way(ledger, clash));
    let visits = on_its_files.chain(elsewhere.map(|(_, visit)| visit));
    let orders: BTreeSet<usize> =
        visits.map(|visit| visit.order).filter(|order| *order >= known).collect();
    orders.into_iter().rev().collect()
}

/// Whether a step says that what it did where the stage clashes now is a stage's work. A merge that
/// brought foreign work, or nobody's, beside a stage's is work only where that stage is in the way.
fn is_work(ledger: &Ledger, now: &Outlook, (order, step): (usize, &Step)) -> bool {
    let at_clashes = now.clashes.iter().flat_map(|clash| in_the_way(ledger, clash));
    let at_clashes = at_clashes.map(|(_, visit)| visit);
    let mut at: Vec<&Visit> = at_clashes.filter(|visit| visit.order == order).collect();
    if at.is_empty() {
        let anywhere = ledger.visits.values().flatten();
        at = anywhere.filter(|visit| visit.order == order).collect();
    }
    let mixed = brings_other_work(step);
    let counts = |stage: &StageIndex| !mixed || now.blockers.stages.contains(stage);
    match at.is_empty() {
        // What it did there is on files of no stage, or of none that was read.
        true => step.claims.stages.iter().any(counts),
        false => at.iter().any(|visit| visit.whose.claimed.iter().any(counts)),
    }
}

fn brings_other_work(step: &Step) -> bool {
    let other = |claims: &Claims| claims.foreign || claims.stages.is_empty();
    step.parts.values().any(|parts| match parts {
        Parts::Chain(parts) => parts.iter().any(|part| other(&part.claims)),
        Parts::Tangled(words) => words.iter().any(|(_, said)| other(said)),
    })
}

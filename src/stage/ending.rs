//! Which steps ended a stage's life: those that say that they back it out, else all that took
//! something of its work back. Undoing them brings the stage back, so none of them may be missed.

use std::collections::{BTreeMap, BTreeSet};

use super::ledger::{Evidence, Life, StageChange, StageStep};
use super::reading::{Turn, Undoing};
use super::taken::{Course, Taken};
use crate::git::{Entry, RepoPath};

/// A step on a stage's paths that does not claim to be its work.
pub(super) struct Later {
    pub(super) says_back_out: bool,
    /// The paths at which it is work of other stages.
    pub(super) of_others: BTreeSet<RepoPath>,
    /// What it did to the stage's paths.
    pub(super) step: StageStep,
}

/// All that is known when a life is over.
pub(super) struct Ending<'e> {
    /// The steps that were counted as the stage's work.
    pub(super) steps: Vec<StageStep>,
    /// What was done to its paths before the last step that claims to be its work.
    pub(super) earlier: Vec<Later>,
    /// What was done to them after it.
    pub(super) later: Vec<Later>,
    /// Each path of the work, and its entry before that.
    pub(super) original: &'e BTreeMap<RepoPath, Option<Entry>>,
}

/// The steps that ended a life, the newest first, and what is unclear about them.
#[derive(Default)]
struct Found {
    ended_by: Vec<StageStep>,
    unclear: BTreeSet<RepoPath>,
}

impl Ending<'_> {
    /// The life as it was, and what ended it.
    pub(super) fn life(self, undoing: &dyn Undoing) -> anyhow::Result<Life> {
        let Found { mut ended_by, unclear } = match self.later.iter().position(|l| l.says_back_out)
        {
            Some(first) => self.by_those_that_say_so(first, undoing)?,
            None if self.later.is_empty() => self.by_its_own_steps(undoing)?,
            None => self.by_others(undoing)?,
        };
        ended_by.sort_by_key(|step| step.order);
        let mut steps = self.steps;
        steps.retain(|one| ended_by.iter().all(|end| end.order != one.order));
        Ok(Life { steps, ended_by, unclear, beside: BTreeSet::new(), previous: None })
    }

    /// Where steps say that they back the stage out: these, and what took back the rest of it. What
    /// had gone before the first of them did, goes with nobody's back-out.
    fn by_those_that_say_so(&self, first: usize, undoing: &dyn Undoing) -> anyhow::Result<Found> {
        let mut found = Found::default();
        let since = self.later.get(first..).unwrap_or_default();
        for (place, one) in since.iter().enumerate() {
            if one.says_back_out || place + 1 == since.len() {
                found.ended_by.push(one.step.clone());
            } else {
                self.keep_taken(one, undoing, &mut found)?;
            }
        }
        Ok(found)
    }

    /// Where the last step says nothing of the stage: that one, and what took something back since
    /// the stage was last worked on.
    fn by_others(&self, undoing: &dyn Undoing) -> anyhow::Result<Found> {
        let mut found = Found::default();
        let Some((last, before)) = self.later.split_last() else { return Ok(found) };
        found.ended_by.push(last.step.clone());
        for change in &last.step.changes {
            if self.taken(last, change, undoing)? == Taken::Unclear {
                found.unclear.insert(change.path.clone());
            }
        }
        for one in before {
            self.keep_taken(one, undoing, &mut found)?;
        }
        self.note_unkept(usize::MAX, undoing, &mut found)?;
        // A claimed step that takes away all that it touches may be a part of the back-out, or
        // work that is to stay.
        let own = self.steps.iter().rev().find(|step| !self.is_later(step));
        if let Some(own) = own.filter(|own| !own.changes.is_empty() && self.restores_all(own)) {
            found.unclear.extend(own.changes.iter().map(|change| change.path.clone()));
        }
        Ok(found)
    }

    /// Where the last step says that it is the stage's work: that one, and what took something back
    /// right before it.
    fn by_its_own_steps(&self, undoing: &dyn Undoing) -> anyhow::Result<Found> {
        let mut found = Found::default();
        let Some((last, before)) = self.steps.split_last() else { return Ok(found) };
        found.ended_by.push(last.clone());
        let mut since = last.order;
        let first = self.steps.first().map(|step| step.order);
        for step in before.iter().rev().filter(|step| Some(step.order) != first) {
            if self.is_earlier(step) {
                continue;
            }
            if !self.only_takes_back(step, undoing)? {
                // What goes back to an earlier step of the stage's may be a part of the back-out, or
                // work that is to stay.
                for change in &step.changes {
                    if self.takes_a_step_back(step.order, change, undoing)? {
                        found.unclear.insert(change.path.clone());
                    }
                }
                break;
            }
            found.ended_by.push(step.clone());
            since = step.order;
        }
        let work = before.iter().filter(|step| step.order < since && !self.is_earlier(step));
        let after = work.map(|step| step.order).max().unwrap_or_default();
        for one in self.earlier.iter().filter(|one| one.step.order > after) {
            self.keep_taken(one, undoing, &mut found)?;
        }
        self.note_unkept(after, undoing, &mut found)?;
        Ok(found)
    }

    /// Keeps what a step took back of the work, unless that came back since.
    fn keep_taken(
        &self,
        one: &Later,
        undoing: &dyn Undoing,
        found: &mut Found,
    ) -> anyhow::Result<()> {
        let mut changes = Vec::new();
        for change in &one.step.changes {
            match self.taken(one, change, undoing)? {
                Taken::Nothing => continue,
                Taken::Back => {}
                Taken::Unclear => {
                    found.unclear.insert(change.path.clone());
                }
            }
            changes.push(change.clone());
        }
        if !changes.is_empty() {
            found.ended_by.push(StageStep { changes, ..one.step.without_changes() });
        }
        Ok(())
    }

    /// Notes what was taken back while the stage was still worked on, before this step, and did not
    /// come back.
    fn note_unkept(
        &self,
        before: usize,
        undoing: &dyn Undoing,
        found: &mut Found,
    ) -> anyhow::Result<()> {
        for one in self.earlier.iter().filter(|one| one.step.order < before) {
            for change in &one.step.changes {
                if self.taken(one, change, undoing)? != Taken::Nothing {
                    found.unclear.insert(change.path.clone());
                }
            }
        }
        Ok(())
    }

    fn taken(
        &self,
        one: &Later,
        change: &StageChange,
        undoing: &dyn Undoing,
    ) -> anyhow::Result<Taken> {
        let Some(original) = self.original.get(&change.path) else { return Ok(Taken::Nothing) };
        let order = one.step.order;
        if one.of_others.contains(&change.path)
            || !self.has_worked_before(order, change)
            || self.came_back(order, change, undoing)?
        {
            return Ok(Taken::Nothing);
        }
        let work = self.work_before(one.step.order, change);
        if change.new == work {
            return Ok(Taken::Nothing);
        }
        if self.takes_a_step_back(order, change, undoing)? {
            return Ok(Taken::Back);
        }
        undoing.taken(&course(original, &work, change))
    }

    /// Whether a change takes exactly one of the stage's own changes back, be it to what the stage
    /// itself had made before that.
    fn takes_a_step_back(
        &self,
        order: usize,
        change: &StageChange,
        undoing: &dyn Undoing,
    ) -> anyhow::Result<bool> {
        let turn = |one: &StageChange| Turn { old: one.old, new: one.new };
        for own in self.own_before(order).flat_map(|step| step.changes.iter().rev()) {
            if own.path == change.path
                && ((own.old, own.new) == (change.new, change.old)
                    || undoing.undoes(&turn(change), &turn(own))?)
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether some of the stage's work was at a changed path before a step.
    fn has_worked_before(&self, order: usize, change: &StageChange) -> bool {
        let before = self.steps.iter().filter(|step| step.order < order);
        before.flat_map(|step| &step.changes).any(|one| one.path == change.path)
    }

    /// The steps before another one that are known to be the stage's work, the newest first.
    fn own_before(&self, order: usize) -> impl Iterator<Item = &StageStep> {
        let steps = self.steps.iter().rev().filter(move |step| step.order < order);
        steps.filter(|step| !self.is_later(step) && !self.is_earlier(step))
    }

    /// What stood at a changed path when the stage was last known to work on it, before a step.
    fn work_before(&self, order: usize, change: &StageChange) -> Option<Entry> {
        let mut changes = self.own_before(order).flat_map(|step| step.changes.iter().rev());
        changes.find(|one| one.path == change.path).map_or(change.old, |one| one.new)
    }

    /// Whether what stood at a path before a change stood there again after it, and not because the
    /// back-out went on: who takes back a file's second name and then the file leads there as well.
    fn came_back(
        &self,
        order: usize,
        change: &StageChange,
        undoing: &dyn Undoing,
    ) -> anyhow::Result<bool> {
        let others = self.earlier.iter().chain(&self.later).map(|one| &one.step);
        let since = self.steps.iter().chain(others).filter(|step| step.order > order);
        for later in since {
            for one in &later.changes {
                if one.path == change.path
                    && one.new == change.old
                    && !self.takes_a_step_back(later.order, one, undoing)?
                {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Whether a step of the stage does nothing but take back its own work.
    fn only_takes_back(&self, step: &StageStep, undoing: &dyn Undoing) -> anyhow::Result<bool> {
        for change in &step.changes {
            let Some(original) = self.original.get(&change.path) else { return Ok(false) };
            if undoing.taken(&course(original, &change.old, change))? != Taken::Back {
                return Ok(false);
            }
        }
        Ok(!step.changes.is_empty())
    }

    /// Whether a step leaves all that it touched as it was before the stage.
    fn restores_all(&self, step: &StageStep) -> bool {
        step.changes.iter().all(|change| self.original.get(&change.path) == Some(&change.new))
    }

    /// Whether a step that is counted is one of those that say nothing, since the last that does.
    fn is_later(&self, step: &StageStep) -> bool {
        self.later.iter().any(|one| one.step.order == step.order)
    }

    /// The same, before it.
    fn is_earlier(&self, step: &StageStep) -> bool {
        step.evidence == Evidence::Suggested
            && self.earlier.iter().any(|one| one.step.order == step.order)
    }
}

fn course<'e>(
    original: &'e Option<Entry>,
    work: &'e Option<Entry>,
    change: &'e StageChange,
) -> Course<Option<&'e Entry>> {
    let (original, work) = (original.as_ref(), work.as_ref());
    Course { original, work, before: change.old.as_ref(), after: change.new.as_ref() }
}

#[cfg(test)]
mod tests;

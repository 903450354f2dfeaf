//! The steps that lead to a commit, and how stages could be backed out after each of them.

mod loss;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::clash::Clash;
use super::outlook::{Outlook, outlook};
use super::plan::{Ground, Plan, plan};
use super::rehearsal::digest;
use super::undoing::ledger_of;
use crate::config::Migration;
use crate::git::{GitError, ObjectId, Repo, RepoPath};
use crate::receipt::Digest;
use crate::stage::ledger::{Ledger, StageHistory};
use crate::stage::matcher::{Matcher, StageIndex};
use crate::stage::trail::Trail;

/// Steps since a migration's start, the oldest first.
pub struct Line<'a> {
    repo: &'a Repo,
    migration: &'a Migration,
    matcher: Matcher<'a>,
    start: ObjectId,
    trail: Trail,
    /// Those after the last step.
    ledgers: RefCell<BTreeMap<LedgerKey, Rc<Ledger>>>,
    /// Those to back out a stage alone.
    plans: RefCell<BTreeMap<(usize, StageIndex, Reading), Rc<Plan>>>,
    outlooks: RefCell<BTreeMap<(usize, StageIndex), Option<Outlook>>>,
}

/// By the first of the stages whose it is; by none: it is everybody's.
type LedgerKey = (Option<StageIndex>, Reading);

/// Which steps count as a stage's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reading {
    /// Those that ownership suggests as well.
    All,
    /// Those that say so.
    Claimed,
}

impl<'a> Line<'a> {
    /// The line of these steps.
    #[must_use]
    pub fn new(repo: &'a Repo, migration: &'a Migration, start: ObjectId, trail: Trail) -> Self {
        let matcher = Matcher::new(migration);
        let (ledgers, plans, outlooks) = Default::default();
        Self { repo, migration, matcher, start, trail, ledgers, plans, outlooks }
    }

    /// How many steps there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.trail.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.trail.is_empty()
    }

    /// How many steps lead to a commit that stands on the line.
    #[must_use]
    pub fn count_to(&self, commit: &ObjectId) -> Option<usize> {
        if *commit == self.start {
            return Some(0);
        }
        self.trail.all().position(commit).map(|at| at + 1)
    }

    /// How many steps these commits have already. One that stands on the line has those up to it;
    /// for any other one the history is asked, step by step.
    pub fn known_to(&self, commits: &[ObjectId]) -> Result<usize, GitError> {
        let (mut known, mut beside) = (0, Vec::new());
        for commit in commits {
            match self.count_to(commit) {
                Some(count) => known = known.max(count),
                None => beside.push(commit),
            }
        }
        for (at, step) in self.trail.all().commits().iter().enumerate().skip(known).rev() {
            for commit in &beside {
                if self.repo.is_ancestor(step, commit)? {
                    return Ok(at + 1);
                }
            }
        }
        Ok(known)
    }

    /// Whether any step changed a stage's path below one of these.
    #[must_use]
    pub fn has_worked_below(&self, paths: &[&RepoPath]) -> bool {
        let steps = self.trail.all().told();
        let changes = steps.flat_map(|(_, step)| &step.changes);
        let worked: BTreeMap<RepoPath, ()> =
            changes.map(|change| (change.path.clone(), ())).collect();
        paths.iter().any(|path| path.below(&worked).next().is_some())
    }

    /// The ledger after all steps.
    pub fn ledger(&self) -> anyhow::Result<Ledger> {
        ledger_of(self.repo, &self.matcher, self.trail.all(), None)
    }

    /// What there is to say of a stage after all steps.
    pub fn history(&self, stage: StageIndex) -> anyhow::Result<Option<StageHistory>> {
        Ok(self.reading(self.len(), stage, Reading::All)?.get(stage).cloned())
    }

    /// The ledger after so many steps, of a stage and of those whose histories hang together with
    /// its own.
    fn reading(
        &self,
        count: usize,
        stage: StageIndex,
        reading: Reading,
    ) -> anyhow::Result<Rc<Ledger>> {
        self.reading_of(count, Some(&self.trail.related(stage)), reading)
    }

    /// The ledger after so many steps that knows of whoever is in a stage's way, and of what goes
    /// along: where it clashes with what others did in a folder, or where stages come after others,
    /// these may be any.
    fn around(
        &self,
        count: usize,
        stage: StageIndex,
        reading: Reading,
        clashes: &[Clash],
    ) -> anyhow::Result<Rc<Ledger>> {
        let about_folders = || clashes.iter().any(|clash| clash.reason.is_about_folders());
        let has_order = || self.migration.stages.iter().any(|stage| !stage.after.is_empty());
        match !clashes.is_empty() && (has_order() || about_folders()) {
            true => self.reading_of(count, None, reading),
            false => self.reading(count, stage, reading),
        }
    }

    /// The ledger after so many steps, of these stages or of all.
    fn reading_of(
        &self,
        count: usize,
        about: Option<&BTreeSet<StageIndex>>,
        reading: Reading,
    ) -> anyhow::Result<Rc<Ledger>> {
        let key = (about.and_then(|about| about.first().copied()), reading);
        if count == self.len()
            && let Some(known) = self.ledgers.borrow().get(&key)
        {
            return Ok(Rc::clone(known));
        }
        let ledger = match reading {
            Reading::All => {
                let steps = self.trail.first(count);
                Rc::new(ledger_of(self.repo, &self.matcher, steps, about)?)
            }
            Reading::Claimed => {
                let all = self.reading_of(count, about, Reading::All)?;
                if all.suggests() { Rc::new(all.claimed()) } else { all }
            }
        };
        // Those on the way are asked once, and there may be many.
        if count == self.len() {
            self.ledgers.borrow_mut().insert(key, Rc::clone(&ledger));
        }
        Ok(ledger)
    }

    /// How backing out a stage would go after so many steps; `None` where it has not landed then.
    pub fn outlook(&self, count: usize, stage: StageIndex) -> anyhow::Result<Option<Outlook>> {
        if let Some(known) = self.outlooks.borrow().get(&(count, stage)) {
            return Ok(known.clone());
        }
        let mut found = self.read(count, stage, Reading::All)?;
        if let Some(outlook) = &mut found {
            let all = self.around(count, stage, Reading::All, &outlook.clashes)?;
            outlook.claimed = if all.suggests() {
                self.read(count, stage, Reading::Claimed)?.map(|claimed| claimed.holds())
            } else {
                Some(outlook.holds())
            };
        }
        self.outlooks.borrow_mut().insert((count, stage), found.clone());
        Ok(found)
    }

    fn read(
        &self,
        count: usize,
        stage: StageIndex,
        reading: Reading,
    ) -> anyhow::Result<Option<Outlook>> {
        self.on_ground(count, stage, reading, &|ground, alone| outlook(ground, alone, stage))
    }

    /// What a rehearsal's receipt has to hold for a stage that is backed out alone after so many
    /// steps; `None` where there is nothing that could be rehearsed.
    pub fn rehearsable(&self, count: usize, stage: StageIndex) -> anyhow::Result<Option<Digest>> {
        let Some(definition) = self.migration.stages.get(stage) else { return Ok(None) };
        self.on_ground(count, stage, Reading::All, &|ground, alone| {
            if alone.is_empty() || !alone.is_clean() {
                return Ok(None);
            }
            Ok(Some(digest(ground, definition, alone)?))
        })
    }

    /// Asks about the plan to back a stage out alone after so many steps.
    fn on_ground<T>(
        &self,
        count: usize,
        stage: StageIndex,
        reading: Reading,
        ask: &dyn Fn(&Ground<'_>, &Plan) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let ledger = self.reading(count, stage, reading)?;
        let last = self.trail.first(count).commits().last();
        // Parsed only where it is asked.
        let matcher = Matcher::new(self.migration);
        let mut ground = Ground {
            repo: self.repo,
            migration: self.migration,
            matcher: &matcher,
            ledger: &ledger,
            onto: last.copied().unwrap_or(self.start),
        };
        let key = (count, stage, reading);
        let known = self.plans.borrow().get(&key).map(Rc::clone);
        let alone = match known {
            Some(known) => known,
            None => Rc::new(plan(&ground, &BTreeSet::from([stage]))?),
        };
        // Those on the way are asked once, and there may be many.
        if count == self.len() {
            self.plans.borrow_mut().insert(key, Rc::clone(&alone));
        }
        let around = self.around(count, stage, reading, &alone.clashes)?;
        ground.ledger = &around;
        ask(&ground, &alone)
    }
}

#[cfg(test)]
mod tests;

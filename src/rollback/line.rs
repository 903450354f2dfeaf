//! The steps that lead to a commit, and how stages could be backed out after each of them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::outlook::{Loss, Outlook, outlook};
use super::plan::{Ground, plan};
use super::rehearsal::digest;
use super::undoing::ledger_of;
use crate::config::Migration;
use crate::git::{GitError, ObjectId, Repo, RepoPath};
use crate::receipt::Digest;
use crate::stage::ledger::{Ledger, Step};
use crate::stage::matcher::{Matcher, StageIndex};

/// Steps since a migration's start, the oldest first.
pub struct Line<'a> {
    repo: &'a Repo,
    migration: &'a Migration,
    matcher: Matcher<'a>,
    start: ObjectId,
    steps: Vec<Step>,
    ledgers: RefCell<BTreeMap<(usize, Reading), Rc<Ledger>>>,
}

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
    pub fn new(
        repo: &'a Repo,
        migration: &'a Migration,
        start: ObjectId,
        steps: Vec<Step>,
    ) -> Self {
        let matcher = Matcher::new(migration);
        Self { repo, migration, matcher, start, steps, ledgers: RefCell::default() }
    }

    /// How many steps there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// How many steps lead to a commit that stands on the line.
    #[must_use]
    pub fn count_to(&self, commit: &ObjectId) -> Option<usize> {
        if *commit == self.start {
            return Some(0);
        }
        self.steps.iter().position(|step| step.id == *commit).map(|at| at + 1)
    }

    /// How many steps these commits have already.
    pub fn known_to(&self, commits: &[ObjectId]) -> Result<usize, GitError> {
        for (at, step) in self.steps.iter().enumerate().rev() {
            for commit in commits {
                if self.repo.is_ancestor(&step.id, commit)? {
                    return Ok(at + 1);
                }
            }
        }
        Ok(0)
    }

    /// The ledger after so many steps.
    pub fn ledger(&self, count: usize) -> anyhow::Result<Rc<Ledger>> {
        self.reading(count, Reading::All)
    }

    fn reading(&self, count: usize, reading: Reading) -> anyhow::Result<Rc<Ledger>> {
        if let Some(known) = self.ledgers.borrow().get(&(count, reading)) {
            return Ok(Rc::clone(known));
        }
        let ledger = match reading {
            Reading::All => {
                let steps = self.steps.get(..count).unwrap_or(&self.steps);
                Rc::new(ledger_of(self.repo, &self.matcher, steps)?)
            }
            Reading::Claimed => {
                let all = self.reading(count, Reading::All)?;
                if all.suggests() { Rc::new(all.claimed()) } else { all }
            }
        };
        self.ledgers.borrow_mut().insert((count, reading), Rc::clone(&ledger));
        Ok(ledger)
    }

    /// How backing out a stage would go after so many steps; `None` where it has not landed then.
    pub fn outlook(&self, count: usize, stage: StageIndex) -> anyhow::Result<Option<Outlook>> {
        let Some(mut found) = self.read(count, stage, Reading::All)? else { return Ok(None) };
        found.claimed = if self.ledger(count)?.suggests() {
            self.read(count, stage, Reading::Claimed)?.map(|claimed| claimed.holds())
        } else {
            Some(found.holds())
        };
        Ok(Some(found))
    }

    fn read(
        &self,
        count: usize,
        stage: StageIndex,
        reading: Reading,
    ) -> anyhow::Result<Option<Outlook>> {
        self.on_ground(count, reading, &|ground| outlook(ground, stage))
    }

    /// The plan to back out a stage alone after so many steps, and what a rehearsal's receipt has to
    /// hold for it; `None` where there is nothing that could be rehearsed.
    pub fn rehearsable(&self, count: usize, stage: StageIndex) -> anyhow::Result<Option<Digest>> {
        let Some(definition) = self.migration.stages.get(stage) else { return Ok(None) };
        self.on_ground(count, Reading::All, &|ground| {
            let alone = plan(ground, &BTreeSet::from([stage]))?;
            if alone.is_empty() || !alone.is_clean() {
                return Ok(None);
            }
            Ok(Some(digest(ground, definition, &alone)?))
        })
    }

    fn on_ground<T>(
        &self,
        count: usize,
        reading: Reading,
        ask: &dyn Fn(&Ground<'_>) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let ledger = self.reading(count, reading)?;
        let last = count.checked_sub(1).and_then(|last| self.steps.get(last));
        // Parsed only where it is asked.
        let matcher = Matcher::new(self.migration);
        let ground = Ground {
            repo: self.repo,
            migration: self.migration,
            matcher: &matcher,
            ledger: &ledger,
            onto: last.map_or(self.start, |step| step.id),
        };
        ask(&ground)
    }

    /// The step, of those after the first `known`, with which a stage's way back was lost: held
    /// before, or the stage had not landed, and does not hold from then on. The same, whether
    /// steps come in one push or in several.
    pub fn lost_by(&self, known: usize, stage: StageIndex) -> anyhow::Result<Option<Loss>> {
        let certain = self.lost(known, stage, Reading::Claimed)?;
        match certain {
            Some(loss) => Ok(Some(loss)),
            None => self.lost(known, stage, Reading::All),
        }
    }

    fn lost(
        &self,
        known: usize,
        stage: StageIndex,
        reading: Reading,
    ) -> anyhow::Result<Option<Loss>> {
        let Some(now) = self.read(self.len(), stage, reading)?.filter(|now| !now.holds()) else {
            return Ok(None);
        };
        let ledger = self.reading(self.len(), reading)?;
        for order in suspects(&ledger, known, stage) {
            let before = self.read(order, stage, reading)?;
            if before.is_some_and(|before| !before.holds()) {
                continue;
            }
            let Some(step) = self.steps.get(order) else { continue };
            return Ok(Some(Loss {
                commit: step.id,
                is_work: is_work(&ledger, &now, order),
                certain: reading == Reading::Claimed,
                outlook: now,
            }));
        }
        Ok(None)
    }
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

/// Whether a step says that what it did where the stage clashes now is a stage's work.
fn is_work(ledger: &Ledger, now: &Outlook, order: usize) -> bool {
    let paths = now.clashes.iter().filter_map(|clash| ledger.visits.get(&clash.path));
    let mut at = paths.flatten().filter(|visit| visit.order == order).peekable();
    if at.peek().is_some() {
        return at.any(|visit| !visit.claimed.is_empty());
    }
    let mut anywhere = ledger.visits.values().flatten().filter(|visit| visit.order == order);
    anywhere.any(|visit| !visit.claimed.is_empty())
}

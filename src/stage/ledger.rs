//! The ledger: which steps of the landing branch are a stage's, life by life. A step is one
//! first-parent step: a commit, a squash or a whole merge. Pure; see `history` for where the steps
//! come from.

use std::collections::{BTreeMap, BTreeSet};

use super::attribution::Claims;
use super::matcher::{Matcher, StageIndex};
use crate::git::{Change, Entry, ObjectId, RepoPath, Seconds};

/// One first-parent step of the landing branch, diffed against its first parent.
#[derive(Debug, Clone)]
pub struct Step {
    /// The commit.
    pub id: ObjectId,
    /// When it was committed.
    pub time: Seconds,
    /// Whether it is a merge, whose commit time is when it came to the branch. Any other commit
    /// may have been made long before.
    pub merge: bool,
    /// Its first line.
    pub subject: String,
    /// What it, or the commits that it merged, say.
    pub claims: Claims,
    /// What it changed.
    pub changes: Vec<Change>,
}

/// How a step came to be counted as a stage's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// It says so.
    Claimed,
    /// Only the ownership of its paths says so: to be confirmed.
    Suggested,
}

/// A step of a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageStep {
    /// The commit.
    pub id: ObjectId,
    /// When it was committed.
    pub time: Seconds,
    /// Whether that is when it landed, too: it is a merge.
    pub merge: bool,
    /// Its first line.
    pub subject: String,
    /// Why it is counted.
    pub evidence: Evidence,
}

/// What the landing branch says of one stage.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StageHistory {
    /// The steps of the present life, oldest first; empty where the stage has not landed, or was
    /// backed out.
    pub steps: Vec<StageStep>,
    /// When an earlier life ended, where one did.
    pub backed_out: Option<Seconds>,
    /// Steps on its files that declare themselves no part of the migration, oldest first.
    pub foreign: Vec<ObjectId>,
}

impl StageHistory {
    /// When the present life began, at the earliest.
    #[must_use]
    pub fn landed(&self) -> Option<Seconds> {
        self.steps.first().map(|step| step.time)
    }

    /// Whether that is the very moment of landing.
    #[must_use]
    pub fn landed_exactly(&self) -> bool {
        self.steps.first().is_some_and(|step| step.merge)
    }
}

/// Every stage's history.
pub type Ledger = BTreeMap<StageIndex, StageHistory>;

/// What a stage has changed so far: each path's entry before its first step, and which of them
/// differ from that now.
#[derive(Default)]
struct Effect {
    original: BTreeMap<RepoPath, Option<Entry>>,
    differs: BTreeSet<RepoPath>,
}

/// Reads the ledger off the steps, oldest first.
///
/// A stage is backed out when every path that its steps changed is again as it was before the
/// first of them: the tree decides, whatever titles and trailers say.
pub fn ledger(matcher: &Matcher<'_>, steps: &[Step]) -> anyhow::Result<Ledger> {
    let mut ledger = Ledger::new();
    let mut effects: BTreeMap<StageIndex, Effect> = BTreeMap::new();
    for step in steps {
        let mut counted: BTreeMap<StageIndex, Evidence> = BTreeMap::new();
        let mut foreign = BTreeSet::new();
        for change in &step.changes {
            let owners = matcher.owners(&change.path)?;
            let named = step.claims.named(&owners, &change.path);
            for owner in if named.is_empty() { &owners } else { &named } {
                if named.is_empty() && step.claims.backs_out.contains(owner) {
                    continue;
                }
                if named.is_empty() && step.claims.is_foreign(&change.path) {
                    foreign.insert(*owner);
                    continue;
                }
                let evidence =
                    if named.is_empty() { Evidence::Suggested } else { Evidence::Claimed };
                let known = counted.entry(*owner).or_insert(evidence);
                *known = evidence.min(*known);
            }
            for owner in &owners {
                effects.entry(*owner).or_default().follow(change, counted.contains_key(owner));
            }
        }
        for stage in foreign {
            ledger.entry(stage).or_default().foreign.push(step.id);
        }
        for (stage, evidence) in counted {
            ledger.entry(stage).or_default().steps.push(StageStep {
                id: step.id,
                time: step.time,
                merge: step.merge,
                subject: step.subject.clone(),
                evidence,
            });
        }
        end_lives(&mut ledger, &mut effects, step);
    }
    Ok(ledger)
}

impl Effect {
    /// Follows a change; only a counted one begins to hold a path against the stage.
    fn follow(&mut self, change: &Change, counted: bool) {
        if counted {
            self.original.entry(change.path.clone()).or_insert(change.old);
        }
        match self.original.get(&change.path) {
            Some(original) if *original == change.new => {
                self.differs.remove(&change.path);
            }
            Some(_) => {
                self.differs.insert(change.path.clone());
            }
            None => {}
        }
    }
}

fn end_lives(ledger: &mut Ledger, effects: &mut BTreeMap<StageIndex, Effect>, step: &Step) {
    for (stage, history) in ledger.iter_mut() {
        let undone = effects.get(stage).is_some_and(|effect| effect.differs.is_empty());
        if undone && !history.steps.is_empty() {
            history.steps.clear();
            history.backed_out = Some(step.time);
            effects.remove(stage);
        }
    }
}

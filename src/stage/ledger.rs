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
    /// The same history without the steps that only ownership suggests, where it is another one:
    /// whether those were the stage's work or a hotfix, nobody has said.
    pub claimed: Option<Box<Self>>,
    /// The first of those steps, of whatever life.
    pub unsaid: Option<ObjectId>,
}

impl StageHistory {
    /// When the present life began, at the earliest.
    #[must_use]
    pub fn landed(&self) -> Option<Seconds> {
        self.steps.first().map(|step| step.time)
    }

    /// The history without what is only suggested.
    #[must_use]
    pub fn claimed(&self) -> &Self {
        self.claimed.as_deref().unwrap_or(self)
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

/// What a step's change of a path is to the owners of the path.
struct Weighed<'s> {
    change: &'s Change,
    owners: BTreeSet<StageIndex>,
    counts: BTreeMap<StageIndex, Evidence>,
    foreign: BTreeSet<StageIndex>,
}

/// Reads the ledger off the steps, oldest first.
///
/// A stage is backed out when every path that its steps changed is again as it was before the
/// first of them: the tree decides, whatever titles and trailers say.
pub fn ledger(matcher: &Matcher<'_>, steps: &[Step]) -> anyhow::Result<Ledger> {
    let mut all = Reading::of(Evidence::Suggested);
    let mut claimed = Reading::of(Evidence::Claimed);
    for step in steps {
        let weighed: Vec<Weighed<'_>> = step
            .changes
            .iter()
            .map(|change| weigh(matcher, step, change))
            .collect::<anyhow::Result<_>>()?;
        // Of a stage without paths nothing but its trailer can tell that it landed.
        let without_paths: Vec<StageIndex> =
            step.claims.stages.iter().copied().filter(|s| matcher.owns_nothing(*s)).collect();
        all.follow(step, &weighed, &without_paths);
        claimed.follow(step, &weighed, &without_paths);
    }
    let Reading { mut ledger, unsaid, .. } = all;
    for (stage, history) in &mut ledger {
        history.unsaid = unsaid.get(stage).copied();
        let certain = claimed.ledger.remove(stage).unwrap_or_default();
        history.claimed = (certain != *history).then(|| Box::new(certain));
    }
    Ok(ledger)
}

fn weigh<'s>(
    matcher: &Matcher<'_>,
    step: &Step,
    change: &'s Change,
) -> anyhow::Result<Weighed<'s>> {
    let owners = matcher.owners(&change.path)?;
    let claims = &step.claims;
    let named = claims.named(&owners, &change.path);
    // The back-out of one owner of a shared path is not the work of the others.
    let is_back_out = !claims.backs_out.is_disjoint(&owners);
    let with = |stages: &BTreeSet<StageIndex>, evidence| {
        stages.iter().map(|stage| (*stage, evidence)).collect::<BTreeMap<_, _>>()
    };
    let (counts, foreign) = if !named.is_empty() {
        (with(&named, Evidence::Claimed), BTreeSet::new())
    } else if is_back_out {
        (BTreeMap::new(), BTreeSet::new())
    } else if claims.is_foreign(&change.path) {
        (BTreeMap::new(), owners.clone())
    } else {
        (with(&owners, Evidence::Suggested), BTreeSet::new())
    };
    Ok(Weighed { change, owners, counts, foreign })
}

/// A ledger in the making, of the steps whose evidence is good enough.
struct Reading {
    weakest: Evidence,
    ledger: Ledger,
    effects: BTreeMap<StageIndex, Effect>,
    unsaid: BTreeMap<StageIndex, ObjectId>,
}

impl Reading {
    fn of(weakest: Evidence) -> Self {
        let (ledger, effects, unsaid) = (Ledger::new(), BTreeMap::new(), BTreeMap::new());
        Self { weakest, ledger, effects, unsaid }
    }

    fn follow(&mut self, step: &Step, weighed: &[Weighed<'_>], without_paths: &[StageIndex]) {
        let mut counted: BTreeMap<StageIndex, Evidence> = BTreeMap::new();
        let mut foreign = BTreeSet::new();
        for one in weighed {
            foreign.extend(&one.foreign);
            let good = |owner: &StageIndex| {
                one.counts.get(owner).copied().filter(|evidence| *evidence <= self.weakest)
            };
            for owner in &one.owners {
                let evidence = good(owner);
                if let Some(evidence) = evidence {
                    let known = counted.entry(*owner).or_insert(evidence);
                    *known = evidence.min(*known);
                }
                self.effects.entry(*owner).or_default().follow(one.change, evidence.is_some());
            }
        }
        counted.extend(without_paths.iter().map(|stage| (*stage, Evidence::Claimed)));
        for stage in foreign {
            self.ledger.entry(stage).or_default().foreign.push(step.id);
        }
        for (stage, evidence) in counted {
            if evidence == Evidence::Suggested {
                self.unsaid.entry(stage).or_insert(step.id);
            }
            self.ledger.entry(stage).or_default().steps.push(StageStep {
                id: step.id,
                time: step.time,
                merge: step.merge,
                subject: step.subject.clone(),
                evidence,
            });
        }
        self.end_lives(step);
    }

    fn end_lives(&mut self, step: &Step) {
        for (stage, history) in &mut self.ledger {
            let undone = self.effects.get(stage).is_some_and(|effect| effect.differs.is_empty());
            if undone && !history.steps.is_empty() {
                history.steps.clear();
                history.backed_out = Some(step.time);
                self.effects.remove(stage);
            }
        }
    }
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

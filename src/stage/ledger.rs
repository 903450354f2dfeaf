//! The ledger: which steps of the landing branch are a stage's, life by life. A step is one
//! first-parent step: a commit, a squash or a whole merge. Pure; see `history` for where the steps
//! come from.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::matcher::{Matcher, StageIndex};
use super::moves::Moves;
use super::reading::{Reading, Undoing};
use super::step::Step;
use super::trail::Steps;
use super::undone::Undone;
use super::weigh::{Weighed, weighed};
use crate::git::{Entry, ObjectId, RepoPath, Seconds};

/// How a step came to be counted as a stage's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// It says so.
    Claimed,
    /// Only the ownership of its paths says so: to be confirmed.
    Suggested,
}

/// How much of a step is a stage's by ownership alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsaid {
    /// Nothing: all of it says whose work it is.
    Nothing,
    /// Some of what a merge brought.
    InPart,
    /// All of it.
    All,
}

/// A step of a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageStep {
    /// Its place among all steps, the oldest first.
    pub order: usize,
    /// The commit.
    pub id: ObjectId,
    /// When it was committed.
    pub time: Seconds,
    /// Whether that is when it landed, too: it is a merge.
    pub merge: bool,
    /// Its first line.
    pub subject: String,
    /// Why it is counted: the best reason of any part of it.
    pub evidence: Evidence,
    /// What of it is the stage's, in the order in which it came about.
    pub changes: Vec<StageChange>,
}

impl StageStep {
    /// How much of it is the stage's by ownership alone.
    #[must_use]
    pub fn unsaid(&self) -> Unsaid {
        let suggested = |change: &StageChange| change.evidence == Evidence::Suggested;
        match self.evidence {
            Evidence::Suggested => Unsaid::All,
            Evidence::Claimed if self.changes.iter().any(suggested) => Unsaid::InPart,
            Evidence::Claimed => Unsaid::Nothing,
        }
    }

    /// The commits, of those that a merge brought, that are the stage's by ownership alone, the
    /// newest first; none where all that it brought say the same.
    #[must_use]
    pub fn unsaid_parts(&self) -> Vec<ObjectId> {
        let mut parts = Vec::new();
        let suggested = |one: &&StageChange| one.evidence == Evidence::Suggested;
        let mut changes: Vec<_> = self.changes.iter().rev().filter(suggested).collect();
        changes.sort_by_key(|change| std::cmp::Reverse(change.place));
        for change in changes {
            let alone = change.unsaid_by.is_empty().then_some(&change.commit);
            for part in change.unsaid_by.iter().chain(alone) {
                if *part != self.id && !parts.contains(part) {
                    parts.push(*part);
                }
            }
        }
        parts
    }

    /// The step alone.
    #[must_use]
    pub fn without_changes(&self) -> Self {
        let Self { order, id, time, merge, evidence, .. } = *self;
        let subject = self.subject.clone();
        Self { order, id, time, merge, subject, evidence, changes: Vec::new() }
    }
}

/// One change that is a stage's work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageChange {
    /// The path, by the name that it has at the tip.
    pub path: RepoPath,
    /// The name that it had then.
    pub then: RepoPath,
    /// The commit after which `new` stood there.
    pub commit: ObjectId,
    /// The place of that commit among those that a merge brought, the oldest first;
    /// [`StageChange::LAST`] of the step itself.
    pub place: usize,
    /// What was there before.
    pub old: Option<Entry>,
    /// What was there after.
    pub new: Option<Entry>,
    /// Other stages whose work the same change is.
    pub with: BTreeSet<StageIndex>,
    /// Whether it holds other work too, declared foreign or of nobody, which cannot be told apart.
    pub tangled: bool,
    /// Why it is counted; of what cannot be told apart, the weakest reason.
    pub evidence: Evidence,
    /// Of what several commits made together: those that nobody speaks for.
    pub unsaid_by: Box<[ObjectId]>,
}

impl StageChange {
    /// The place of what a step changed itself: a merge comes after all that it brought.
    pub const LAST: usize = usize::MAX;
}

/// A life that is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Life {
    /// Its steps, oldest first.
    pub steps: Vec<StageStep>,
    /// The steps that took it back, oldest first.
    pub ended_by: Vec<StageStep>,
    /// Paths at which nobody can tell whether those took back all that was taken back: undoing them
    /// may bring back a part of the work alone.
    pub unclear: BTreeSet<RepoPath>,
    /// Paths at which what ended it did other things too, which are to stay.
    pub beside: BTreeSet<RepoPath>,
    /// The life before it, where there was one.
    pub previous: Option<Box<Self>>,
}

/// What the landing branch says of one stage.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StageHistory {
    /// The steps of the present life, oldest first; empty where the stage has not landed, or was
    /// backed out.
    pub steps: Vec<StageStep>,
    /// When an earlier life ended, where one did.
    pub backed_out: Option<Seconds>,
    /// That life.
    pub previous: Option<Box<Life>>,
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

/// A step that changed a path which stages own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// Its place among all steps, the oldest first.
    pub order: usize,
    /// The commit.
    pub step: ObjectId,
    /// Whose work it is there: the same for most paths of a step.
    pub whose: Arc<Whose>,
}

/// Whose work a step's change of a path is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whose {
    /// The stages whose work it is; none for foreign work and for back-outs.
    pub stages: BTreeSet<StageIndex>,
    /// Those of them whose work it says it is.
    pub claimed: BTreeSet<StageIndex>,
    /// Whether some of it declares itself foreign work.
    pub foreign: bool,
    /// Whether some of it is theirs by ownership alone.
    pub unsaid: bool,
}

/// Every stage's history.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    /// By stage; one that nothing is known of is not in it.
    pub stages: BTreeMap<StageIndex, StageHistory>,
    /// Who changed the owned paths, by the name that a path has at the tip, oldest first.
    pub visits: BTreeMap<RepoPath, Vec<Visit>>,
    /// The renames of `[[moves]]` that happened.
    pub moves: Moves,
}

impl Ledger {
    /// A stage's lives that are over, the last first.
    pub fn past_lives(&self, stage: StageIndex) -> impl Iterator<Item = &Life> {
        let last = self.get(stage).and_then(|history| history.previous.as_deref());
        std::iter::successors(last, |life| life.previous.as_deref())
    }

    /// A stage's history.
    #[must_use]
    pub fn get(&self, stage: StageIndex) -> Option<&StageHistory> {
        self.stages.get(&stage)
    }

    /// The same ledger by what the steps say of themselves alone: what only ownership suggests is
    /// foreign work there.
    #[must_use]
    pub fn claimed(&self) -> Self {
        let stages = self.stages.iter().map(|(stage, all)| (*stage, all.claimed().clone()));
        let mut visits = self.visits.clone();
        for visit in visits.values_mut().flatten() {
            let Whose { claimed, foreign, unsaid, .. } = &*visit.whose;
            if *unsaid {
                let (stages, claimed) = (claimed.clone(), claimed.clone());
                let foreign = *foreign || !claimed.is_empty();
                visit.whose = Arc::new(Whose { stages, claimed, foreign, unsaid: false });
            }
        }
        Self { stages: stages.collect(), visits, moves: self.moves.clone() }
    }

    /// Whether a step says that what it did to a path is the work of other stages than these.
    #[must_use]
    pub fn is_claimed_by_others(
        &self,
        path: &RepoPath,
        order: usize,
        stages: &BTreeSet<StageIndex>,
    ) -> bool {
        let mut visits = self.visits.get(path).into_iter().flatten();
        visits.any(|visit| visit.order == order && !visit.whose.claimed.is_subset(stages))
    }

    /// Whether a step is counted by ownership alone.
    #[must_use]
    pub fn suggests(&self) -> bool {
        self.stages.values().any(|history| history.unsaid.is_some())
    }

    /// The stages that have landed and were not backed out.
    pub fn landed(&self) -> impl Iterator<Item = StageIndex> {
        self.stages.iter().filter(|(_, history)| !history.steps.is_empty()).map(|(stage, _)| *stage)
    }
}

/// Reads the ledger off the steps, oldest first: of these stages alone where some are given, whose
/// histories must hang together with nobody else's ([`super::trail::Trail::related`]).
///
/// A stage is backed out when every path that its steps changed is again as it was before the
/// first of them, or when a step that names it leaves nothing of what taking it back takes away,
/// where others have worked on its files since: the tree decides, whatever titles and trailers say.
pub fn ledger(
    matcher: &Matcher<'_>,
    steps: Steps<'_>,
    about: Option<&BTreeSet<StageIndex>>,
    undoing: &dyn Undoing,
) -> anyhow::Result<Ledger> {
    let moves = Moves::new(matcher.migration(), steps)?;
    // By its other name a file may be somebody else's.
    let about = about.filter(|_| moves.is_empty());
    let concerns = |step: &Step| about.is_none_or(|about| !about.is_disjoint(&step.concerns));
    let mut all = Vec::new();
    for (order, step) in steps.told().filter(|(_, step)| concerns(step)) {
        all.push((order, step, weighed(matcher, &moves, order, step)?));
    }
    let mut undone = Undone::of(all.iter().flat_map(|(_, _, weighed)| weighed));
    for (_, _, weighed) in &mut all {
        undone.follow(weighed, undoing)?;
    }
    let read = |all: &mut Vec<(usize, &Step, Vec<Weighed>)>, weakest| -> anyhow::Result<Reading> {
        let mut reading = Reading::of(weakest);
        for (order, step, weighed) in all {
            // Of a stage without paths nothing but its trailer can tell that it landed.
            let claimed = step.claims.stages.iter().copied();
            let without_paths: Vec<_> = claimed.filter(|s| matcher.owns_nothing(*s)).collect();
            let named = reading.named(step);
            reading.follow(*order, step, weighed, &without_paths, undoing)?;
            let ended = reading.end_lives(*order, step, weighed, undoing)?;
            // Once for all: the second reading finds them settled.
            reading.settle((*order, step), weighed, &named, &ended, undoing)?;
        }
        Ok(reading)
    };
    let mut stages = read(&mut all, Evidence::Suggested)?.stages;
    let unsaid = first_unsaid(&all);
    if all.iter().flat_map(|(_, _, weighed)| weighed).any(Weighed::suggests) {
        let mut claimed = read(&mut all, Evidence::Claimed)?.stages;
        for (stage, history) in &mut stages {
            history.unsaid = unsaid.get(stage).copied();
            let certain = claimed.remove(stage).unwrap_or_default();
            history.claimed = (certain != *history).then(|| Box::new(certain));
        }
    }
    Ok(Ledger { stages, visits: visits(all), moves })
}

/// The first step of each stage that is its work, or in part, by ownership alone.
fn first_unsaid(all: &[(usize, &Step, Vec<Weighed>)]) -> BTreeMap<StageIndex, ObjectId> {
    let mut first = BTreeMap::new();
    for (_, step, weighed) in all {
        for stage in weighed.iter().flat_map(Weighed::unsaid) {
            first.entry(stage).or_insert(step.id);
        }
    }
    first
}

fn visits(all: Vec<(usize, &Step, Vec<Weighed>)>) -> BTreeMap<RepoPath, Vec<Visit>> {
    let mut visits: BTreeMap<RepoPath, Vec<Visit>> = BTreeMap::new();
    let mut last: Option<Arc<Whose>> = None;
    for (order, step, weighed) in all {
        for one in weighed {
            let whose = one.whose();
            let whose = match &last {
                Some(last) if **last == whose => Arc::clone(last),
                _ => Arc::new(whose),
            };
            last = Some(Arc::clone(&whose));
            let visit = Visit { order, step: step.id, whose };
            // Most paths are visited once.
            visits.entry(one.path).or_insert_with(|| Vec::with_capacity(1)).push(visit);
        }
    }
    visits
}

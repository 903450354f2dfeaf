//! The ledger: which steps of the landing branch are a stage's, life by life. A step is one
//! first-parent step: a commit, a squash or a whole merge. Pure; see `history` for where the steps
//! come from.

use std::collections::{BTreeMap, BTreeSet};

use super::attribution::Claims;
use super::matcher::{Matcher, StageIndex};
use super::moves::Moves;
use crate::git::{Change, Entry, ObjectId, RepoPath, Seconds};

/// One first-parent step of the landing branch, diffed against its first parent.
#[derive(Debug, Clone)]
pub struct Step {
    /// The commit.
    pub id: ObjectId,
    /// What it is diffed against; `None` for a root.
    pub parent: Option<ObjectId>,
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
    /// Of a merge whose commits are the work of several stages: whose its changes are, by path.
    pub parts: BTreeMap<RepoPath, Parts>,
}

/// What a merge's change of one path consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parts {
    /// Commits one after the other, oldest first, that lead to what the merge has.
    Chain(Vec<Part>),
    /// These stages' work and more, which cannot be told apart.
    Tangled(Claims),
}

/// One commit's share in a merge's change of one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The commit.
    pub commit: ObjectId,
    /// What it says.
    pub claims: Claims,
    /// What was there before it.
    pub old: Option<Entry>,
    /// What was there after it.
    pub new: Option<Entry>,
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
    /// Why it is counted.
    pub evidence: Evidence,
    /// What of it is the stage's, in the order in which it came about.
    pub changes: Vec<StageChange>,
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
    /// Its place among the changes that the step made to the path, the oldest first.
    pub place: usize,
    /// What was there before.
    pub old: Option<Entry>,
    /// What was there after.
    pub new: Option<Entry>,
    /// Other stages whose work the same change is.
    pub with: BTreeSet<StageIndex>,
    /// Whether it holds declared foreign work too, which cannot be told apart.
    pub tangled: bool,
}

/// A life that is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Life {
    /// Its steps, oldest first.
    pub steps: Vec<StageStep>,
    /// The steps that took it back, oldest first.
    pub ended_by: Vec<StageStep>,
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
    /// The stages whose work it is there; none for foreign work and for back-outs.
    pub stages: BTreeSet<StageIndex>,
    /// Those of them whose work it says it is.
    pub claimed: BTreeSet<StageIndex>,
    /// Whether some of it declares itself foreign work.
    pub foreign: bool,
}

/// Every stage's history.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    /// By stage; one that nothing is known of is not in it.
    pub stages: BTreeMap<StageIndex, StageHistory>,
    /// Who changed the owned paths, by the name that a path has at the tip, oldest first.
    pub visits: BTreeMap<RepoPath, Vec<Visit>>,
}

impl Ledger {
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
            visit.stages.clone_from(&visit.claimed);
        }
        Self { stages: stages.collect(), visits }
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

/// A stage and the steps of its present life, oldest first.
pub type Living<'s> = (StageIndex, &'s [StageStep]);

/// Tells what a step did, where its changes alone do not.
pub trait Undoing {
    /// Whether a step is exactly what taking these lives back comes to.
    fn takes_back(&self, lives: &[Living<'_>], step: &Step) -> anyhow::Result<bool>;
}

/// Where no step takes anything back but by making the tree as it was.
#[derive(Debug, Clone, Copy)]
pub struct ByTreeAlone;

impl Undoing for ByTreeAlone {
    fn takes_back(&self, _lives: &[Living<'_>], _step: &Step) -> anyhow::Result<bool> {
        Ok(false)
    }
}

/// What a stage has changed so far: each path's entry before its first step, and which of them
/// differ from that now.
#[derive(Default)]
struct Effect {
    original: BTreeMap<RepoPath, Option<Entry>>,
    differs: BTreeSet<RepoPath>,
}

/// What a step's change of a path is to the owners of the path.
struct Weighed {
    path: RepoPath,
    old: Option<Entry>,
    new: Option<Entry>,
    owners: BTreeSet<StageIndex>,
    counts: BTreeMap<StageIndex, Evidence>,
    foreign: BTreeSet<StageIndex>,
    shares: Vec<(StageIndex, Evidence, StageChange)>,
}

/// Reads the ledger off the steps, oldest first.
///
/// A stage is backed out when every path that its steps changed is again as it was before the
/// first of them, or when a step that names it is exactly what taking it back comes to, where
/// others have worked on its files since: the tree decides, whatever titles and trailers say.
pub fn ledger(
    matcher: &Matcher<'_>,
    steps: &[Step],
    undoing: &dyn Undoing,
) -> anyhow::Result<Ledger> {
    let moves = Moves::new(matcher.migration(), steps)?;
    let mut all = Reading::of(Evidence::Suggested);
    let mut claimed = Reading::of(Evidence::Claimed);
    let mut visits: BTreeMap<RepoPath, Vec<Visit>> = BTreeMap::new();
    for (order, step) in steps.iter().enumerate() {
        let weighed: Vec<Weighed> = net_changes(&moves, order, step)
            .into_iter()
            .map(|change| weigh(matcher, step, change))
            .filter(|weighed| !matches!(weighed, Ok(one) if one.owners.is_empty()))
            .collect::<anyhow::Result<_>>()?;
        for one in &weighed {
            let claimed = one.counts.iter().filter(|(_, how)| **how == Evidence::Claimed);
            visits.entry(one.path.clone()).or_default().push(Visit {
                order,
                step: step.id,
                stages: one.counts.keys().copied().collect(),
                claimed: claimed.map(|(stage, _)| *stage).collect(),
                foreign: !one.foreign.is_empty(),
            });
        }
        // Of a stage without paths nothing but its trailer can tell that it landed.
        let without_paths: Vec<StageIndex> =
            step.claims.stages.iter().copied().filter(|s| matcher.owns_nothing(*s)).collect();
        for reading in [&mut all, &mut claimed] {
            reading.follow(order, step, &weighed, &without_paths);
            reading.end_lives(order, step, &weighed, undoing)?;
        }
    }
    let Reading { mut stages, unsaid, .. } = all;
    for (stage, history) in &mut stages {
        history.unsaid = unsaid.get(stage).copied();
        let certain = claimed.stages.remove(stage).unwrap_or_default();
        history.claimed = (certain != *history).then(|| Box::new(certain));
    }
    Ok(Ledger { stages, visits })
}

/// A change under the path's name at the tip.
struct Net<'s> {
    path: RepoPath,
    then: &'s RepoPath,
    old: Option<Entry>,
    new: Option<Entry>,
}

/// A step's changes by the names at the tip. A rename that `[[moves]]` tells of is no change, and
/// with an edit it is one change.
fn net_changes<'s>(moves: &Moves<'_>, order: usize, step: &'s Step) -> Vec<Net<'s>> {
    let mut net: BTreeMap<RepoPath, Net<'s>> = BTreeMap::new();
    for change in &step.changes {
        let path = moves.now(order, &change.path);
        match net.get_mut(&path) {
            None => {
                let Change { path: then, old, new } = change;
                net.insert(path.clone(), Net { path, then, old: *old, new: *new });
            }
            Some(known) => {
                known.old = known.old.or(change.old);
                known.new = known.new.or(change.new);
                if change.new.is_some() {
                    known.then = &change.path;
                }
            }
        }
    }
    net.into_values().filter(|one| one.old != one.new).collect()
}

fn weigh(matcher: &Matcher<'_>, step: &Step, net: Net<'_>) -> anyhow::Result<Weighed> {
    let Net { path, then, old, new } = net;
    let owners = matcher.owners(then)?;
    let mut weighed = Weighed {
        path,
        old,
        new,
        owners,
        counts: BTreeMap::new(),
        foreign: BTreeSet::new(),
        shares: Vec::new(),
    };
    if weighed.owners.is_empty() {
        return Ok(weighed);
    }
    match step.parts.get(then) {
        Some(Parts::Chain(parts)) => {
            for (place, part) in parts.iter().enumerate() {
                let Part { commit, claims, old, new } = part;
                weighed.add(place, &Said { commit: *commit, claims, old: *old, new: *new }, then);
            }
        }
        Some(Parts::Tangled(claims)) => {
            weighed.add(0, &Said { commit: step.id, claims, old, new }, then);
        }
        None => {
            weighed.add(0, &Said { commit: step.id, claims: &step.claims, old, new }, then);
        }
    }
    Ok(weighed)
}

/// A change, and what its commit says.
struct Said<'s> {
    commit: ObjectId,
    claims: &'s Claims,
    old: Option<Entry>,
    new: Option<Entry>,
}

impl Weighed {
    fn add(&mut self, place: usize, said: &Said<'_>, then: &RepoPath) {
        let claims = said.claims;
        let named = claims.named(&self.owners, then);
        // A commit says one thing or the other; only parts that are not told apart say both.
        let tangled = claims.is_foreign(then) && !named.is_empty();
        if tangled {
            self.foreign.extend(&self.owners);
        }
        // The back-out of one owner of a shared path is not the work of the others.
        let is_back_out = !claims.backs_out.is_disjoint(&self.owners);
        let (stages, evidence) = if !named.is_empty() {
            (named, Evidence::Claimed)
        } else if is_back_out {
            return;
        } else if claims.is_foreign(then) {
            self.foreign.extend(&self.owners);
            return;
        } else {
            (self.owners.clone(), Evidence::Suggested)
        };
        for stage in &stages {
            let known = self.counts.entry(*stage).or_insert(evidence);
            *known = evidence.min(*known);
            let with = stages.iter().copied().filter(|other| other != stage).collect();
            let (path, then) = (self.path.clone(), then.clone());
            let Said { commit, old, new, .. } = *said;
            let change = StageChange { path, then, commit, place, old, new, with, tangled };
            self.shares.push((*stage, evidence, change));
        }
    }
}

/// A ledger in the making, of the steps whose evidence is good enough.
struct Reading {
    weakest: Evidence,
    stages: BTreeMap<StageIndex, StageHistory>,
    effects: BTreeMap<StageIndex, Effect>,
    /// Each path's entry before the first work of any living stage.
    origins: BTreeMap<RepoPath, Option<Entry>>,
    /// What was done to a living stage's paths since it was last claimed.
    later: BTreeMap<StageIndex, Vec<Later>>,
    unsaid: BTreeMap<StageIndex, ObjectId>,
}

/// A step on a stage's paths that does not claim to be its work.
struct Later {
    says_back_out: bool,
    step: StageStep,
}

impl Reading {
    fn of(weakest: Evidence) -> Self {
        Self {
            weakest,
            stages: BTreeMap::new(),
            effects: BTreeMap::new(),
            origins: BTreeMap::new(),
            later: BTreeMap::new(),
            unsaid: BTreeMap::new(),
        }
    }

    fn follow(
        &mut self,
        order: usize,
        step: &Step,
        weighed: &[Weighed],
        without_paths: &[StageIndex],
    ) {
        let mut counted: BTreeMap<StageIndex, Evidence> = BTreeMap::new();
        let mut changes: BTreeMap<StageIndex, Vec<StageChange>> = BTreeMap::new();
        let mut foreign = BTreeSet::new();
        for one in weighed {
            foreign.extend(&one.foreign);
            for owner in &one.owners {
                let evidence = one.counts.get(owner).filter(|found| **found <= self.weakest);
                if let Some(evidence) = evidence {
                    let known = counted.entry(*owner).or_insert(*evidence);
                    *known = (*evidence).min(*known);
                }
                if evidence.is_some() {
                    self.origins.entry(one.path.clone()).or_insert(one.old);
                }
                self.effects.entry(*owner).or_default().follow(one, evidence.is_some());
            }
            // Where nothing is left of anybody's work, none of it is left of each one's.
            if self.origins.get(&one.path) == Some(&one.new) {
                for effect in self.effects.values_mut() {
                    effect.differs.remove(&one.path);
                }
            }
            for (stage, evidence, change) in &one.shares {
                if *evidence <= self.weakest {
                    changes.entry(*stage).or_default().push(change.clone());
                }
            }
        }
        counted.extend(without_paths.iter().map(|stage| (*stage, Evidence::Claimed)));
        for stage in foreign {
            self.stages.entry(stage).or_default().foreign.push(step.id);
        }
        for (stage, evidence) in counted {
            if evidence == Evidence::Suggested {
                self.unsaid.entry(stage).or_insert(step.id);
            }
            let changes = changes.remove(&stage).unwrap_or_default();
            let taken = stage_step(order, step, evidence, changes);
            self.stages.entry(stage).or_default().steps.push(taken);
        }
        self.note_later(order, step, weighed);
    }

    /// Keeps in mind what may turn out to have ended a life.
    fn note_later(&mut self, order: usize, step: &Step, weighed: &[Weighed]) {
        let owners: BTreeSet<StageIndex> =
            weighed.iter().flat_map(|one| &one.owners).copied().collect();
        for owner in owners {
            if step.claims.stages.contains(&owner) {
                self.later.remove(&owner);
                continue;
            }
            let of_owner = weighed.iter().filter(|one| one.owners.contains(&owner));
            let changes = of_owner.map(|one| StageChange {
                path: one.path.clone(),
                then: one.path.clone(),
                commit: step.id,
                place: 0,
                old: one.old,
                new: one.new,
                with: BTreeSet::new(),
                tangled: false,
            });
            let says_back_out = step.claims.backs_out.contains(&owner);
            let taken = stage_step(order, step, Evidence::Claimed, changes.collect());
            self.later.entry(owner).or_default().push(Later { says_back_out, step: taken });
        }
    }

    fn end_lives(
        &mut self,
        order: usize,
        step: &Step,
        weighed: &[Weighed],
        undoing: &dyn Undoing,
    ) -> anyhow::Result<()> {
        let touched = |stage: &StageIndex| weighed.iter().any(|one| one.owners.contains(stage));
        let undone = |stage: &StageIndex| {
            self.effects.get(stage).is_some_and(|effect| effect.differs.is_empty())
        };
        let mut ended: BTreeSet<StageIndex> =
            self.stages.keys().copied().filter(|stage| touched(stage) && undone(stage)).collect();
        let lives: Vec<Living<'_>> = step
            .claims
            .backs_out
            .iter()
            .filter_map(|stage| Some((*stage, self.stages.get(stage)?.steps.as_slice())))
            .filter(|(_, steps)| steps.last().is_some_and(|last| last.order < order))
            .collect();
        let still = |(stage, _): &Living<'_>| !ended.contains(stage);
        if lives.iter().any(still) && undoing.takes_back(&lives, step)? {
            ended.extend(lives.iter().map(|(stage, _)| *stage));
        } else if lives.len() > 1 {
            for life in lives.iter().copied().filter(|life| still(life)).collect::<Vec<_>>() {
                if undoing.takes_back(&[life], step)? {
                    ended.insert(life.0);
                }
            }
        }
        for stage in ended {
            self.end(stage, step);
        }
        Ok(())
    }

    fn end(&mut self, stage: StageIndex, step: &Step) {
        let Some(history) = self.stages.get_mut(&stage) else { return };
        if history.steps.is_empty() {
            return;
        }
        let later = self.later.remove(&stage).unwrap_or_default();
        let said = later.iter().any(|one| one.says_back_out);
        let mut ended_by: Vec<StageStep> = later
            .into_iter()
            .filter(|one| one.says_back_out || !said)
            .map(|one| one.step)
            .collect();
        if !said {
            ended_by.drain(..ended_by.len().saturating_sub(1));
        }
        let mut steps = std::mem::take(&mut history.steps);
        if ended_by.is_empty() {
            ended_by.extend(steps.pop());
        }
        steps.retain(|one| ended_by.iter().all(|end| end.order != one.order));
        history.previous = Some(Box::new(Life { steps, ended_by }));
        history.backed_out = Some(step.time);
        self.effects.remove(&stage);
        let effects = &self.effects;
        self.origins
            .retain(|path, _| effects.values().any(|effect| effect.original.contains_key(path)));
    }
}

fn stage_step(
    order: usize,
    step: &Step,
    evidence: Evidence,
    changes: Vec<StageChange>,
) -> StageStep {
    StageStep {
        order,
        id: step.id,
        time: step.time,
        merge: step.merge,
        subject: step.subject.clone(),
        evidence,
        changes,
    }
}

impl Effect {
    /// Follows a change; only a counted one begins to hold a path against the stage.
    fn follow(&mut self, change: &Weighed, counted: bool) {
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

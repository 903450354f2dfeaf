//! Follows the steps, oldest first: which of them are a stage's present life, and what ends it.

mod over;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::ending::Later;
use super::ledger::{Evidence, StageChange, StageHistory, StageStep};
use super::matcher::StageIndex;
use super::step::Step;
use super::taken::{Course, Taken};
use super::weigh::Weighed;
use crate::git::{Entry, RepoPath};

/// A stage and the steps of its present life, oldest first.
pub type Living<'s> = (StageIndex, &'s [StageStep]);

/// Tells what a step did, where its changes alone do not.
pub trait Undoing {
    /// Whether a step is exactly what taking these lives back comes to.
    fn takes_back(&self, lives: &[Living<'_>], step: &Step) -> anyhow::Result<bool>;

    /// Whether a step leaves nothing of what taking these lives back takes away: the paths, by their
    /// names at the tip, at which it does something beside. `None` where some of it is left, or nobody
    /// can tell.
    fn leaves_nothing(
        &self,
        lives: &[Living<'_>],
        step: &Step,
    ) -> anyhow::Result<Option<BTreeSet<RepoPath>>>;

    /// Whether a step made something else of a path than taking these lives back comes to there.
    fn differs(&self, lives: &[Living<'_>], step: &Step) -> anyhow::Result<Differs>;

    /// Whether a change, made on whatever stood there, does nothing but take an earlier one back.
    fn undoes(&self, change: &Turn, earlier: &Turn) -> anyhow::Result<bool>;

    /// What a change took back of a stage's work on a file.
    fn taken(&self, course: &Course<Option<&Entry>>) -> anyhow::Result<Taken>;

    /// The paths at which a file stands since a step that took it away under its old name.
    fn moved_to(&self, step: &Step, path: &RepoPath) -> anyhow::Result<BTreeSet<RepoPath>>;
}

/// What a change made of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// What stood there before.
    pub old: Option<Entry>,
    /// What stood there after it.
    pub new: Option<Entry>,
}

/// The paths, by their names after the step, at which it made something else than was planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Differs {
    /// Nobody can tell.
    Unknown,
    /// At these.
    At(BTreeSet<RepoPath>),
}

/// Where no step takes anything back but by making the tree as it was.
#[derive(Debug, Clone, Copy)]
pub struct ByTreeAlone;

impl Undoing for ByTreeAlone {
    fn takes_back(&self, _lives: &[Living<'_>], _step: &Step) -> anyhow::Result<bool> {
        Ok(false)
    }

    fn differs(&self, _lives: &[Living<'_>], _step: &Step) -> anyhow::Result<Differs> {
        Ok(Differs::Unknown)
    }

    fn leaves_nothing(
        &self,
        _lives: &[Living<'_>],
        _step: &Step,
    ) -> anyhow::Result<Option<BTreeSet<RepoPath>>> {
        Ok(None)
    }

    fn undoes(&self, _change: &Turn, _earlier: &Turn) -> anyhow::Result<bool> {
        Ok(false)
    }

    fn taken(&self, course: &Course<Option<&Entry>>) -> anyhow::Result<Taken> {
        Ok(if course.after == course.original { Taken::Back } else { Taken::Nothing })
    }

    fn moved_to(&self, _step: &Step, _path: &RepoPath) -> anyhow::Result<BTreeSet<RepoPath>> {
        Ok(BTreeSet::new())
    }
}

/// What a stage has changed so far: each path's entry before its first step, and which of them
/// differ from that now.
#[derive(Default)]
struct Effect {
    original: BTreeMap<RepoPath, Option<Entry>>,
    differs: BTreeSet<RepoPath>,
    /// The names under which files stand that the stage made and others renamed, with the paths at
    /// which it made them.
    elsewhere: BTreeMap<RepoPath, RepoPath>,
}

/// A ledger in the making, of the steps whose evidence is good enough.
pub(super) struct Reading {
    weakest: Evidence,
    pub(super) stages: BTreeMap<StageIndex, StageHistory>,
    effects: BTreeMap<StageIndex, Effect>,
    /// Each path's entry before the first work of any living stage, those of other migrations too.
    origins: BTreeMap<RepoPath, Option<Entry>>,
    /// The paths that stages of other migrations have worked on: what is theirs does not end here.
    of_others: BTreeSet<RepoPath>,
    /// What was done to a living stage's paths since it was last claimed.
    later: BTreeMap<StageIndex, Vec<Later>>,
    /// What was done to them before that, in the same life.
    earlier: BTreeMap<StageIndex, Vec<Later>>,
}

impl Reading {
    pub(super) fn of(weakest: Evidence) -> Self {
        Self {
            weakest,
            stages: BTreeMap::new(),
            effects: BTreeMap::new(),
            origins: BTreeMap::new(),
            of_others: BTreeSet::new(),
            later: BTreeMap::new(),
            earlier: BTreeMap::new(),
        }
    }

    pub(super) fn follow(
        &mut self,
        order: usize,
        step: &Step,
        weighed: &[Weighed],
        without_paths: &[StageIndex],
        undoing: &dyn Undoing,
    ) -> anyhow::Result<()> {
        self.take((order, step), weighed, without_paths, undoing)?;
        self.note_later(order, step, weighed);
        Ok(())
    }

    /// Takes what a step did for what it is weighed as.
    pub(super) fn take(
        &mut self,
        (order, step): (usize, &Step),
        weighed: &[Weighed],
        without_paths: &[StageIndex],
        undoing: &dyn Undoing,
    ) -> anyhow::Result<()> {
        let mut counted: BTreeMap<StageIndex, Evidence> = BTreeMap::new();
        let mut changes: BTreeMap<StageIndex, Vec<StageChange>> = BTreeMap::new();
        let mut foreign = BTreeSet::new();
        // A step may rename a folder of thousands.
        let named: HashMap<&RepoPath, &Weighed> = match weighed.iter().any(|one| one.new.is_none())
        {
            true => weighed.iter().map(|one| (&one.then, one)).collect(),
            false => HashMap::new(),
        };
        for one in weighed {
            let mut moved = BTreeSet::new();
            foreign.extend(&one.foreign);
            if one.of_others {
                self.origins.entry(one.path.clone()).or_insert(one.old);
                self.of_others.insert(one.path.clone());
            }
            for owner in &*one.owners {
                let evidence = one.counts(*owner).filter(|found| *found <= self.weakest);
                if let Some(evidence) = evidence {
                    let known = counted.entry(*owner).or_insert(evidence);
                    *known = evidence.min(*known);
                }
                if evidence.is_some() {
                    self.origins.entry(one.path.clone()).or_insert(one.old);
                }
                let names = self.stands_at(*owner, (step, one), &named, undoing)?;
                let effect = self.effects.entry(*owner).or_default();
                if one.new.is_none() {
                    effect.lose(step, &one.then, undoing)?;
                }
                if names.is_empty() {
                    effect.follow(one, evidence.is_some(), one.is_work_of_others(*owner));
                } else {
                    moved.insert(*owner);
                    effect.elsewhere.extend(names.into_iter().map(|to| (to, one.path.clone())));
                }
            }
            // Where nothing is left of anybody's work, none of it is left of each one's; but what
            // says that it is a stage's work takes nothing back: it may be a stage's work to take
            // away what another one added.
            if self.origins.get(&one.path) == Some(&one.new) && !one.is_claimed() {
                let effects = self.effects.iter_mut().filter(|(stage, _)| !moved.contains(*stage));
                for (_, effect) in effects {
                    effect.differs.remove(&one.path);
                }
            }
            for share in one.shares.iter().filter(|share| share.evidence <= self.weakest) {
                changes.entry(share.stage).or_default().push(one.change(share, self.weakest));
            }
        }
        counted.extend(without_paths.iter().map(|stage| (*stage, Evidence::Claimed)));
        for stage in foreign {
            let known = &mut self.stages.entry(stage).or_default().foreign;
            if known.last() != Some(&step.id) {
                known.push(step.id);
            }
        }
        for (stage, evidence) in counted {
            let changes = changes.remove(&stage).unwrap_or_default();
            let steps = &mut self.stages.entry(stage).or_default().steps;
            match steps.last_mut() {
                Some(last) if last.order == order => {
                    last.evidence = evidence.min(last.evidence);
                    last.changes.extend(changes);
                }
                _ => steps.push(stage_step(order, step, evidence, changes)),
            }
        }
        Ok(())
    }

    /// Where a step has a file that a stage made and that a change takes away, as far as that does not
    /// count as the stage's work: there the work still stands.
    fn stands_at(
        &self,
        owner: StageIndex,
        (step, change): (&Step, &Weighed),
        named: &HashMap<&RepoPath, &Weighed>,
        undoing: &dyn Undoing,
    ) -> anyhow::Result<BTreeSet<RepoPath>> {
        let mut names = self.moved_to(owner, step, change, undoing)?;
        names.retain(|path| {
            let there = named.get(path).and_then(|one| one.counts(owner));
            there.is_none_or(|found| found > self.weakest)
        });
        Ok(names)
    }

    /// Where a step has a file that a stage made and that a change takes away.
    fn moved_to(
        &self,
        owner: StageIndex,
        step: &Step,
        change: &Weighed,
        undoing: &dyn Undoing,
    ) -> anyhow::Result<BTreeSet<RepoPath>> {
        let made = |effect: &Effect| effect.original.get(&change.path) == Some(&None);
        if change.new.is_some() || !self.effects.get(&owner).is_some_and(made) {
            return Ok(BTreeSet::new());
        }
        undoing.moved_to(step, &change.then)
    }

    /// Keeps in mind what may turn out to have ended a life.
    fn note_later(&mut self, order: usize, step: &Step, weighed: &[Weighed]) {
        let owners: BTreeSet<StageIndex> =
            weighed.iter().flat_map(|one| &*one.owners).copied().collect();
        for owner in owners {
            if step.claims.stages.contains(&owner) {
                let later = self.later.remove(&owner).unwrap_or_default();
                self.earlier.entry(owner).or_default().extend(later);
                continue;
            }
            let of_owner = weighed.iter().filter(|one| one.owners.contains(&owner));
            let others = of_owner.clone().filter(|one| one.is_work_of_others(owner));
            let of_others = others.map(|one| one.path.clone()).collect();
            let changes = of_owner.map(|one| StageChange {
                path: one.path.clone(),
                then: one.then.clone(),
                commit: step.id,
                place: StageChange::LAST,
                old: one.old,
                new: one.new,
                with: BTreeSet::new(),
                tangled: false,
                evidence: Evidence::Claimed,
                unsaid_by: Box::default(),
            });
            let says_back_out = step.claims.backs_out.contains(&owner);
            let taken = stage_step(order, step, Evidence::Claimed, changes.collect());
            self.later.entry(owner).or_default().push(Later {
                says_back_out,
                of_others,
                step: taken,
            });
        }
    }

    /// The last step, which says that it backs these stages out, does not: it came before them.
    pub(super) fn forget_back_out(&mut self, stages: &BTreeSet<StageIndex>) {
        for stage in stages {
            if let Some(last) = self.later.get_mut(stage).and_then(|later| later.last_mut()) {
                last.says_back_out = false;
            }
        }
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
    /// Follows a file that others had renamed, and that is gone now, or renamed once more.
    fn lose(&mut self, step: &Step, name: &RepoPath, undoing: &dyn Undoing) -> anyhow::Result<()> {
        let Some(path) = self.elsewhere.remove(name) else { return Ok(()) };
        for name in undoing.moved_to(step, name)? {
            self.elsewhere.insert(name, path.clone());
        }
        if !self.elsewhere.values().any(|one| *one == path) {
            self.differs.remove(&path);
        }
        Ok(())
    }

    /// Follows a change; only a counted one begins to hold a path against the stage, and the work
    /// of others takes nothing of it back.
    fn follow(&mut self, change: &Weighed, counted: bool, of_others: bool) {
        if counted {
            self.original.entry(change.path.clone()).or_insert(change.old);
        }
        match self.original.get(&change.path) {
            Some(_) if of_others => {}
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

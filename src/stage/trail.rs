//! The steps since a migration's start. There may be very many, of which few concern a stage: of
//! the others only the commit is kept.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::matcher::StageIndex;
use super::step::Step;
use crate::git::ObjectId;

/// Steps, the oldest first.
#[derive(Debug, Clone, Default)]
pub struct Trail {
    commits: Vec<ObjectId>,
    told: Vec<(usize, Rc<Step>)>,
    /// The stages that hang together: each leads to another one of its group, the last to none.
    groups: BTreeMap<StageIndex, StageIndex>,
}

/// The first steps of a trail, so many.
#[derive(Debug, Clone, Copy)]
pub struct Steps<'t> {
    commits: &'t [ObjectId],
    told: &'t [(usize, Rc<Step>)],
}

impl Trail {
    /// Adds the next step; only where it concerns a stage, more than its commit is kept.
    pub fn push(&mut self, step: Step) {
        let commit = step.id;
        let mut concerned = step.concerns.iter();
        if let Some(first) = concerned.next() {
            for other in concerned {
                self.tie(*first, *other);
            }
            self.told.push((self.commits.len(), Rc::new(step)));
        }
        self.commits.push(commit);
    }

    /// Adds the next commits, which concern no stage, or of which nothing is known.
    pub fn pass(&mut self, commits: impl IntoIterator<Item = ObjectId>) {
        self.commits.extend(commits);
    }

    /// Adds the steps of another one that leads on from here.
    pub fn append(&mut self, more: Self) {
        let before = self.commits.len();
        self.commits.extend(more.commits);
        self.told.extend(more.told.into_iter().map(|(order, step)| (before + order, step)));
        for (one, other) in more.groups {
            self.tie(one, other);
        }
    }

    /// How many steps there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.commits.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.commits.is_empty()
    }

    /// All steps.
    #[must_use]
    pub fn all(&self) -> Steps<'_> {
        Steps { commits: &self.commits, told: &self.told }
    }

    /// The first steps, so many of them.
    #[must_use]
    pub fn first(&self, count: usize) -> Steps<'_> {
        let told = self.told.partition_point(|(order, _)| *order < count);
        Steps {
            commits: self.commits.get(..count).unwrap_or(&self.commits),
            told: self.told.get(..told).unwrap_or(&self.told),
        }
    }

    /// The same trail with other words about the steps at these places.
    pub fn with<E>(
        &self,
        orders: &BTreeSet<usize>,
        other: impl Fn(&Step) -> Result<Step, E>,
    ) -> Result<Self, E> {
        let mut changed = self.clone();
        for (_, step) in changed.told.iter_mut().filter(|(order, _)| orders.contains(order)) {
            *step = Rc::new(other(step)?);
        }
        Ok(changed)
    }

    /// The trail that ends after so many steps.
    #[must_use]
    pub fn until(mut self, count: usize) -> Self {
        let told = self.first(count).told.len();
        self.commits.truncate(count);
        self.told.truncate(told);
        self
    }

    /// The stages whose histories hang together with this one's: a step speaks of both, or changes
    /// files of both, or that holds of stages in between.
    #[must_use]
    pub fn related(&self, stage: StageIndex) -> BTreeSet<StageIndex> {
        let group = self.group(stage);
        let all = self.groups.keys().copied().chain([stage]);
        all.filter(|other| self.group(*other) == group).chain([group]).collect()
    }

    fn group(&self, mut stage: StageIndex) -> StageIndex {
        while let Some(next) = self.groups.get(&stage) {
            stage = *next;
        }
        stage
    }

    fn tie(&mut self, one: StageIndex, other: StageIndex) {
        let (one, other) = (self.group(one), self.group(other));
        if one != other {
            self.groups.insert(one.max(other), one.min(other));
        }
    }
}

impl Extend<Step> for Trail {
    fn extend<T: IntoIterator<Item = Step>>(&mut self, steps: T) {
        steps.into_iter().for_each(|step| self.push(step));
    }
}

impl FromIterator<Step> for Trail {
    fn from_iter<T: IntoIterator<Item = Step>>(steps: T) -> Self {
        let mut trail = Self::default();
        trail.extend(steps);
        trail
    }
}

impl<'t> Steps<'t> {
    /// The commits of all of them, the oldest first.
    #[must_use]
    pub const fn commits(self) -> &'t [ObjectId] {
        self.commits
    }

    /// Those that concern a stage, each with its place among all, the oldest first.
    pub fn told(self) -> impl Iterator<Item = (usize, &'t Step)> {
        self.told.iter().map(|(order, step)| (*order, step.as_ref()))
    }

    /// The step at a place, where it concerns a stage.
    #[must_use]
    pub fn get(self, order: usize) -> Option<&'t Step> {
        let found = self.told.binary_search_by_key(&order, |(at, _)| *at).ok()?;
        self.told.get(found).map(|(_, step)| step.as_ref())
    }

    /// Where a commit stands.
    #[must_use]
    pub fn position(self, commit: &ObjectId) -> Option<usize> {
        self.commits.iter().rposition(|known| known == commit)
    }
}

//! A walk under way: which commits are reached from what is hidden, and which only from what is
//! shown.
//!
//! Commits that are in no commit-graph come first, in the order of their times. Where all that is
//! shown descends from all that is hidden, as in most pushes, that is all. Else times are not
//! always right: some more hidden commits are looked at. A commit that is taken for shown by
//! mistake is judged once more; none is missed. What lies below is left to the graph, which ends
//! exactly where nothing more can be reached.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::rc::Rc;

use super::graph::{Between, Generation, Node};
use super::types::ById;
use super::{GitError, ObjectId, Repo, Seconds};

/// How many hidden commits are still looked at when nothing shown is left, where only times tell.
const SLOP: u32 = 64;

/// Later ones first; a child before its parents, as far as generations and times tell.
type Place = (Generation, Seconds, Reverse<ObjectId>);

/// The lowest of the shown commits that were looked at.
struct Lowest {
    generation: Generation,
    time: Seconds,
}

impl Lowest {
    /// Whether a commit of this generation reaches none of them, as far as generations tell.
    fn is_above(&self, generation: Generation) -> bool {
        generation != Generation::UNKNOWN && generation <= self.generation
    }
}

/// The commits reached so far.
pub(super) struct Frontier<'r> {
    repo: &'r Repo,
    queue: BinaryHeap<Place>,
    seen: HashMap<ObjectId, Seen, ById>,
    /// Commits in the queue that are shown.
    open: usize,
    /// From where hidden history was started.
    tips: HashSet<ObjectId, ById>,
    /// The shown commits that were taken out of the queue, in that order.
    passed: Vec<ObjectId>,
    /// What became of those in the queue, where the graph took over.
    below: Option<Between<'r>>,
}

struct Seen {
    node: Rc<Node>,
    hidden: bool,
    queued: bool,
}

impl Seen {
    /// Once the walk has ended: what is still in the queue is hidden, or the graph knows of it.
    const fn is_shown(&self) -> bool {
        !self.hidden && !self.queued
    }
}

impl<'r> Frontier<'r> {
    pub(super) fn new(repo: &'r Repo) -> Self {
        Self {
            repo,
            queue: BinaryHeap::new(),
            seen: HashMap::default(),
            open: 0,
            tips: HashSet::default(),
            passed: Vec::new(),
            below: None,
        }
    }

    /// Starts from a commit whose history is wanted.
    pub(super) fn show(&mut self, id: &ObjectId) -> Result<(), GitError> {
        self.add(id, false)
    }

    /// Starts from a commit whose history is not wanted. One that is not here can hide nothing.
    pub(super) fn hide(&mut self, id: &ObjectId) -> Result<(), GitError> {
        self.add_parent(id, true)?;
        if self.seen.contains_key(id) {
            self.tips.insert(*id);
        }
        Ok(())
    }

    /// The commits that nothing hidden reaches.
    pub(super) fn shown(&self) -> impl Iterator<Item = ObjectId> {
        let above = self.seen.iter().filter(|(_, seen)| seen.is_shown()).map(|(id, _)| *id);
        above.chain(self.below.iter().flat_map(Between::shown))
    }

    /// Whether nothing hidden reaches a commit that something shown does.
    pub(super) fn shows(&self, id: &ObjectId) -> bool {
        self.seen.get(id).is_some_and(Seen::is_shown)
            || self.below.as_ref().is_some_and(|below| below.shows(id))
    }

    /// The parents of shown commits that are hidden; one may come several times.
    pub(super) fn boundary(&self) -> impl Iterator<Item = ObjectId> {
        let above = self.seen.values().filter(|seen| seen.is_shown());
        let parents = above.flat_map(|seen| &seen.node.parents).copied();
        let below = self.below.iter().flat_map(Between::boundary);
        parents.filter(|parent| !self.shows(parent)).chain(below)
    }

    /// Adds a commit, or hides one that was added before, and what was seen below it.
    fn add(&mut self, id: &ObjectId, hidden: bool) -> Result<(), GitError> {
        let mut pending = vec![*id];
        while let Some(id) = pending.pop() {
            match self.seen.get_mut(&id) {
                Some(seen) if hidden && !seen.hidden => {
                    seen.hidden = true;
                    if seen.queued {
                        self.open -= 1;
                    } else {
                        pending.extend(seen.node.parents.iter().copied());
                    }
                }
                Some(_) => {}
                None => {
                    let node = self.repo.node(&id)?;
                    self.queue.push((node.generation, node.time, Reverse(id)));
                    self.open += usize::from(!hidden);
                    self.seen.insert(id, Seen { node, hidden, queued: true });
                }
            }
        }
        Ok(())
    }

    /// Whether every shown commit is known to descend from the one tip of hidden history, which
    /// then can reach none of them, whatever the clocks say.
    fn descends(&self) -> bool {
        let [tip] = self.tips.iter().collect::<Vec<_>>()[..] else { return false };
        let mut above: HashSet<ObjectId, ById> = std::iter::once(*tip).collect();
        let shown = self.passed.iter().rev().filter_map(|id| Some((id, self.seen.get(id)?)));
        for (id, seen) in shown.filter(|(_, seen)| !seen.hidden) {
            if !seen.node.parents.iter().any(|parent| above.contains(parent)) {
                return false;
            }
            above.insert(*id);
        }
        true
    }

    /// Walks until nothing shown is left that hidden history could still reach.
    pub(super) fn run(&mut self) -> Result<(), GitError> {
        let mut lowest = Lowest { generation: Generation::UNKNOWN, time: Seconds(i64::MAX) };
        let mut slop = SLOP;
        let mut asked = false;
        let mut descends = None;
        while let Some((generation, time, Reverse(id))) = self.queue.pop() {
            if self.open == 0
                && (lowest.is_above(generation) || *descends.get_or_insert_with(|| self.descends()))
            {
                break;
            }
            if generation != Generation::UNKNOWN && !std::mem::replace(&mut asked, true) {
                let graph = self.repo.graph(&id)?;
                self.below = graph.and_then(|graph| graph.between(self.waiting()));
                if self.below.is_some() {
                    break;
                }
            }
            let Some(seen) = self.seen.get_mut(&id) else { continue };
            seen.queued = false;
            let hidden = seen.hidden;
            let node = Rc::clone(&seen.node);
            if hidden {
                if self.open == 0 && time < lowest.time {
                    slop -= 1;
                    if slop == 0 {
                        break;
                    }
                }
            } else {
                self.open -= 1;
                self.passed.push(id);
                lowest.generation = lowest.generation.min(generation);
                lowest.time = lowest.time.min(time);
                slop = SLOP;
            }
            for parent in &node.parents {
                self.add_parent(parent, hidden)?;
            }
        }
        Ok(())
    }

    /// What is in the queue, and whether it is hidden.
    fn waiting(&self) -> impl Iterator<Item = (ObjectId, bool)> {
        let waiting = self.seen.iter().filter(|(_, seen)| seen.queued);
        waiting.map(|(id, seen)| (*id, seen.hidden))
    }

    /// A parent of hidden history that is not here can hide nothing.
    fn add_parent(&mut self, parent: &ObjectId, hidden: bool) -> Result<(), GitError> {
        match self.add(parent, hidden) {
            Err(GitError::Absent(_)) if hidden => Ok(()),
            added => added,
        }
    }
}

#[cfg(test)]
mod tests;

//! A walk under way: which commits are reached from what is hidden, and which only from what is
//! shown.
//!
//! Commits are looked at in the order of their generations, where the commit-graph knows them:
//! then the walk ends exactly where nothing more can be reached. Among commits that are in no
//! graph the order is that of their times, which are not always right: some more hidden commits
//! are looked at. A commit that is taken for shown by mistake is judged once more; none is missed.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::rc::Rc;

use super::graph::{Generation, Node};
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
}

struct Seen {
    node: Rc<Node>,
    hidden: bool,
    queued: bool,
}

impl<'r> Frontier<'r> {
    pub(super) fn new(repo: &'r Repo) -> Self {
        Self { repo, queue: BinaryHeap::new(), seen: HashMap::default(), open: 0 }
    }

    /// Starts from a commit whose history is wanted.
    pub(super) fn show(&mut self, id: &ObjectId) -> Result<(), GitError> {
        self.add(id, false)
    }

    /// Starts from a commit whose history is not wanted. One that is not here can hide nothing.
    pub(super) fn hide(&mut self, id: &ObjectId) -> Result<(), GitError> {
        self.add_parent(id, true)
    }

    /// The commits that nothing hidden reaches.
    pub(super) fn shown(&self) -> impl Iterator<Item = ObjectId> {
        self.seen.iter().filter(|(_, seen)| !seen.hidden).map(|(id, _)| *id)
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

    /// Walks until nothing shown is left that hidden history could still reach.
    pub(super) fn run(&mut self) -> Result<(), GitError> {
        let mut lowest = Lowest { generation: Generation::UNKNOWN, time: Seconds(i64::MAX) };
        let mut slop = SLOP;
        while let Some((generation, time, Reverse(id))) = self.queue.pop() {
            if self.open == 0 && lowest.is_above(generation) {
                break;
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

    /// A parent of hidden history that is not here can hide nothing.
    fn add_parent(&mut self, parent: &ObjectId, hidden: bool) -> Result<(), GitError> {
        match self.add(parent, hidden) {
            Err(GitError::Absent(_)) if hidden => Ok(()),
            added => added,
        }
    }
}

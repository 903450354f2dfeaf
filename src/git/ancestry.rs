//! Whether a commit is an ancestor of another one.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap};
use std::rc::Rc;

use super::graph::{Generation, Node};
use super::types::ById;
use super::{GitError, ObjectId, Repo, Seconds};

#[cfg(test)]
mod tests;

impl Repo {
    /// Whether `ancestor` is `descendant` or one of its ancestors.
    pub fn is_ancestor(
        &self,
        ancestor: &ObjectId,
        descendant: &ObjectId,
    ) -> Result<bool, GitError> {
        if ancestor == descendant || self.is_parent(ancestor, descendant)? {
            return Ok(true);
        }
        if let Some(found) = self.reaches_by_graph(ancestor, descendant)? {
            return Ok(found);
        }
        let mut walk =
            Painting { repo: self, queue: BinaryHeap::new(), seen: HashMap::default(), open: 0 };
        walk.reaches(ancestor, descendant)
    }

    /// Whether it is a parent: so it is in most pushes, and nothing else has to be asked.
    fn is_parent(&self, parent: &ObjectId, child: &ObjectId) -> Result<bool, GitError> {
        match self.node(child) {
            Ok(node) => Ok(node.parents.contains(parent)),
            Err(GitError::Absent(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The answer by the graph alone, once the commits that are newer than it are passed. `None`
    /// where the ancestor is not in the graph.
    fn reaches_by_graph(
        &self,
        ancestor: &ObjectId,
        descendant: &ObjectId,
    ) -> Result<Option<bool>, GitError> {
        let Some(graph) = self.graph(ancestor)?.filter(|graph| graph.has(ancestor)) else {
            return Ok(None);
        };
        let mut seen = BTreeSet::new();
        let mut pending = vec![*descendant];
        let mut entered = Vec::new();
        while let Some(id) = pending.pop() {
            if graph.has(&id) {
                entered.push(id);
            } else if seen.insert(id) {
                pending.extend(self.node(&id)?.parents.iter().copied());
            }
        }
        Ok(graph.reaches(&entered, ancestor))
    }
}

/// A walk from both ends, the latest commits first, which ends as git's does: once nothing is left
/// that the descendant alone reaches. What the ancestor reaches as well cannot lead to it. So the
/// answer rests on no clock; wrong ones make the walk longer.
struct Painting<'r> {
    repo: &'r Repo,
    queue: BinaryHeap<(Generation, Seconds, Reverse<ObjectId>)>,
    seen: HashMap<ObjectId, Painted, ById>,
    /// Commits in the queue that the descendant alone reaches, as far as is known.
    open: usize,
}

/// Who reaches a commit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Reached {
    by_ancestor: bool,
    by_descendant: bool,
}

struct Painted {
    node: Rc<Node>,
    reached: Reached,
    queued: bool,
}

impl Painted {
    const fn is_open(&self) -> bool {
        self.queued && self.reached.by_descendant && !self.reached.by_ancestor
    }
}

impl Painting<'_> {
    fn reaches(&mut self, ancestor: &ObjectId, descendant: &ObjectId) -> Result<bool, GitError> {
        self.add(ancestor, Reached { by_ancestor: true, by_descendant: false })?;
        // One that is not here leads to nothing that is known.
        let from = Reached { by_ancestor: false, by_descendant: true };
        self.add_known(descendant, from)?;
        let lowest = self.repo.node(ancestor)?.generation;
        while self.open > 0 {
            let Some((generation, _, Reverse(id))) = self.queue.pop() else { break };
            let Some(painted) = self.seen.get_mut(&id) else { continue };
            self.open -= usize::from(painted.is_open());
            painted.queued = false;
            let (reached, node) = (painted.reached, Rc::clone(&painted.node));
            if reached.by_descendant && id == *ancestor {
                return Ok(true);
            }
            if generation != Generation::UNKNOWN && generation <= lowest && id != *ancestor {
                continue;
            }
            for parent in &node.parents {
                match reached.by_ancestor {
                    true => self.add(parent, reached)?,
                    false => self.add_known(parent, reached)?,
                }
            }
        }
        Ok(self.seen.get(ancestor).is_some_and(|seen| seen.reached.by_descendant))
    }

    fn add_known(&mut self, id: &ObjectId, reached: Reached) -> Result<(), GitError> {
        match self.add(id, reached) {
            Err(GitError::Absent(_)) => Ok(()),
            added => added,
        }
    }

    /// Puts a commit into the queue, unless this is known of it.
    fn add(&mut self, id: &ObjectId, reached: Reached) -> Result<(), GitError> {
        if !self.seen.contains_key(id) {
            let node = self.repo.node(id)?;
            let painted = Painted { node, reached: Reached::default(), queued: false };
            self.seen.insert(*id, painted);
        }
        let Some(painted) = self.seen.get_mut(id) else { return Ok(()) };
        let before = painted.reached;
        painted.reached.by_ancestor |= reached.by_ancestor;
        painted.reached.by_descendant |= reached.by_descendant;
        if painted.reached == before {
            return Ok(());
        }
        let was_open = painted.queued && before.by_descendant && !before.by_ancestor;
        if !painted.queued {
            painted.queued = true;
            let Node { generation, time, .. } = *painted.node;
            self.queue.push((generation, time, Reverse(*id)));
        }
        self.open += usize::from(painted.is_open());
        self.open -= usize::from(was_open);
        Ok(())
    }
}

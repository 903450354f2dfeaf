//! Walks of history, always bounded by what is hidden. Our own walk: libgit2's paints far below
//! the answer (0.5 to 2 s in a repository of 200,000 commits), where the few newest commits hold it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::{Commit, GitError, ObjectId, Repo, Seconds};

/// Commits that are not reachable from what was hidden.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Walk {
    /// Newest first; a commit always before its parents.
    pub commits: Vec<Commit>,
    /// Parents of these that were hidden: where the walk ended. Only the newest of them, none of
    /// which is an ancestor of another; empty where the walk ended in roots.
    pub boundary: Vec<ObjectId>,
}

/// How many hidden commits are still looked at when nothing of interest is left: commit times are
/// not always in order. A commit that is taken for new by mistake is judged once more; none is
/// ever missed.
const SLOP: u32 = 64;

/// A walk under way: everything seen, and whether it is hidden.
struct Frontier<'r> {
    repo: &'r Repo,
    queue: BinaryHeap<(Seconds, Reverse<ObjectId>)>,
    seen: BTreeMap<ObjectId, Seen>,
    /// Commits in the queue that are not hidden.
    open: usize,
}

struct Seen {
    commit: Commit,
    hidden: bool,
    queued: bool,
}

impl<'r> Frontier<'r> {
    const fn new(repo: &'r Repo) -> Self {
        Self { repo, queue: BinaryHeap::new(), seen: BTreeMap::new(), open: 0 }
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
                        pending.extend(seen.commit.parents.iter().copied());
                    }
                }
                Some(_) => {}
                None => {
                    let commit = self.repo.commit(&id)?;
                    self.queue.push((commit.time, Reverse(id)));
                    self.open += usize::from(!hidden);
                    self.seen.insert(id, Seen { commit, hidden, queued: true });
                }
            }
        }
        Ok(())
    }

    /// Walks until nothing of interest is left that hidden history could still reach.
    fn run(&mut self) -> Result<(), GitError> {
        let mut oldest = Seconds(i64::MAX);
        let mut slop = SLOP;
        while let Some((time, Reverse(id))) = self.queue.pop() {
            let Some(seen) = self.seen.get_mut(&id) else { continue };
            seen.queued = false;
            let hidden = seen.hidden;
            let parents = seen.commit.parents.clone();
            if hidden {
                if self.open == 0 && time < oldest {
                    slop -= 1;
                    if slop == 0 {
                        break;
                    }
                }
            } else {
                self.open -= 1;
                oldest = oldest.min(time);
                slop = SLOP;
            }
            for parent in parents {
                self.add_parent(&parent, hidden)?;
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

impl Repo {
    /// The commits of `head` that `hidden` do not have. Hidden ids that are not here, or are no
    /// commits, are passed over: they can hide nothing.
    pub fn walk(&self, head: &ObjectId, hidden: &[ObjectId]) -> Result<Walk, GitError> {
        let mut frontier = Frontier::new(self);
        for tip in hidden {
            frontier.add_parent(tip, true)?;
        }
        frontier.add(head, false)?;
        frontier.run()?;
        let inside: BTreeMap<ObjectId, Commit> = frontier
            .seen
            .into_iter()
            .filter(|(_, seen)| !seen.hidden)
            .map(|(id, seen)| (id, seen.commit))
            .collect();
        if inside.is_empty() {
            return Ok(Walk { commits: Vec::new(), boundary: vec![*head] });
        }
        let parents = inside.values().flat_map(|commit| &commit.parents);
        let outside = parents.filter(|parent| !inside.contains_key(parent)).copied().collect();
        Ok(Walk { boundary: self.newest(&outside)?, commits: in_order(inside) })
    }

    /// The first-parent line of `head` down to what `hidden` have, newest first.
    pub fn first_parents(
        &self,
        head: &ObjectId,
        hidden: &[ObjectId],
    ) -> Result<Vec<Commit>, GitError> {
        let walk = self.walk(head, hidden)?;
        let mut commits: BTreeMap<_, _> =
            walk.commits.into_iter().map(|commit| (commit.id, commit)).collect();
        let mut line = Vec::new();
        let mut next = Some(*head);
        while let Some(commit) = next.and_then(|id| commits.remove(&id)) {
            next = commit.parents.first().copied();
            line.push(commit);
        }
        Ok(line)
    }

    /// Leaves out what is an ancestor of another one.
    fn newest(&self, commits: &BTreeSet<ObjectId>) -> Result<Vec<ObjectId>, GitError> {
        let mut newest: Vec<ObjectId> = Vec::new();
        for commit in commits {
            let mut covered = false;
            for other in commits {
                covered = covered || (other != commit && self.is_ancestor(commit, other)?);
            }
            if !covered {
                newest.push(*commit);
            }
        }
        Ok(newest)
    }

    /// Whether `ancestor` is `descendant` or one of its ancestors.
    pub fn is_ancestor(
        &self,
        ancestor: &ObjectId,
        descendant: &ObjectId,
    ) -> Result<bool, GitError> {
        if ancestor == descendant {
            return Ok(true);
        }
        let mut frontier = Frontier::new(self);
        frontier.add(descendant, true)?;
        frontier.add(ancestor, false)?;
        frontier.run()?;
        Ok(frontier.seen.get(ancestor).is_some_and(|seen| seen.hidden))
    }

    /// The best common ancestor, one of them where there are several; `None` where there is none.
    pub fn merge_base(
        &self,
        one: &ObjectId,
        other: &ObjectId,
    ) -> Result<Option<ObjectId>, GitError> {
        Ok(self.walk(one, &[*other])?.boundary.first().copied())
    }
}

/// Children before parents, the newest first among those that are free to go.
fn in_order(mut commits: BTreeMap<ObjectId, Commit>) -> Vec<Commit> {
    let mut children: BTreeMap<ObjectId, usize> = BTreeMap::new();
    for parent in commits.values().flat_map(|commit| &commit.parents) {
        *children.entry(*parent).or_default() += 1;
    }
    let mut free: BinaryHeap<(Seconds, Reverse<ObjectId>)> = commits
        .values()
        .filter(|commit| !children.contains_key(&commit.id))
        .map(|commit| (commit.time, Reverse(commit.id)))
        .collect();
    let mut ordered = Vec::with_capacity(commits.len());
    while let Some((_, Reverse(id))) = free.pop() {
        let Some(commit) = commits.remove(&id) else { continue };
        for parent in &commit.parents {
            if let Some(left) = children.get_mut(parent) {
                *left -= 1;
                if let (0, Some(next)) = (*left, commits.get(parent)) {
                    free.push((next.time, Reverse(next.id)));
                }
            }
        }
        ordered.push(commit);
    }
    ordered
}

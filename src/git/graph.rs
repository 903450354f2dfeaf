//! git's commit-graph: parents, times and generations of commits without reading the commits.
//!
//! libgit2 refuses the graph that git writes by default (libgit2#7271), and reading 500 commits
//! takes longer than git needs for a whole `git diff`.

use std::collections::BinaryHeap;
use std::path::Path;

use fixedbitset::FixedBitSet;
use gix_commitgraph::{Graph, Position};

use super::{Commit, ObjectId, Seconds};

/// How many commits lie on the longest way down to a root. A commit reaches only commits of lower
/// generations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Generation(u32);

impl Generation {
    /// That of a commit which is not in the graph. All that a commit in the graph reaches is in it
    /// too, so such a commit is an ancestor of none of them.
    pub(super) const UNKNOWN: Self = Self(u32::MAX);
}

/// What a walk needs of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    /// Its parents.
    pub(super) parents: Vec<ObjectId>,
    /// When it was committed.
    pub(super) time: Seconds,
    /// Its tree.
    pub(super) tree: ObjectId,
    /// How far above a root.
    pub(super) generation: Generation,
}

impl Node {
    /// That of a commit which is not in the graph.
    pub(super) fn unknown(commit: Commit) -> Self {
        let Commit { parents, tree, time, .. } = commit;
        Self { parents, tree, time, generation: Generation::UNKNOWN }
    }
}

/// An open commit-graph.
pub(super) struct CommitGraph(Graph);

impl CommitGraph {
    /// The graph below an objects folder, for ids of the length of `sample`. `None` where there is
    /// none, or none that can be used: everything it says can be read from the commits as well.
    pub(super) fn open(objects: &Path, sample: &ObjectId) -> Option<Self> {
        let hash = match sample.as_bytes().len() {
            20 => gix_hash::Kind::Sha1,
            _ => gix_hash::Kind::Sha256,
        };
        let graph = Graph::from_info_dir(&objects.join("info"), hash).ok()?;
        // git before 2.19 wrote no generations.
        let first = graph.iter_commits().next()?;
        (first.generation() > 0).then_some(Self(graph))
    }

    /// What the graph says of a commit; `None` where it is not in there, or the graph is damaged.
    pub(super) fn node(&self, id: &ObjectId) -> Option<Node> {
        let commit = self.0.commit_by_id(gix_hash::oid::try_from_bytes(id.as_bytes()).ok()?)?;
        let parent = |position| ObjectId::from_bytes(self.0.id_at(position).as_bytes());
        let parents = commit.iter_parents().map(|position| parent(position.ok()?));
        Some(Node {
            parents: parents.collect::<Option<_>>()?,
            tree: ObjectId::from_bytes(commit.root_tree_id().as_bytes())?,
            time: Seconds(i64::try_from(commit.committer_timestamp()).ok()?),
            generation: Generation(commit.generation()),
        })
    }

    /// Whether a commit is in the graph.
    pub(super) fn has(&self, id: &ObjectId) -> bool {
        self.place(id).is_some()
    }

    /// Whether any of `from` is `to` or reaches it. `None` where one of them is not in the graph,
    /// or the graph is damaged. Looks at commits of `to`'s generation and above, and at nothing
    /// but their places in the graph.
    pub(super) fn reaches(&self, from: &[ObjectId], to: &ObjectId) -> Option<bool> {
        let to = self.place(to)?;
        let lowest = self.0.commit_at(to).generation();
        let mut seen = FixedBitSet::with_capacity(self.0.num_commits() as usize);
        let mut pending = from.iter().map(|id| self.place(id)).collect::<Option<Vec<_>>>()?;
        while let Some(place) = pending.pop() {
            if place == to {
                return Some(true);
            }
            let at = place.0 as usize;
            if at >= seen.len() {
                return None;
            }
            if seen.put(at) {
                continue;
            }
            let commit = self.0.commit_at(place);
            if commit.generation() > lowest {
                for parent in commit.iter_parents() {
                    pending.push(parent.ok()?);
                }
            }
        }
        Some(false)
    }

    /// Paints what commits reach, each shown or hidden, until nothing shown is left. `None` where
    /// one of them is not in the graph, or the graph is damaged.
    pub(super) fn between(
        &self,
        tips: impl Iterator<Item = (ObjectId, bool)>,
    ) -> Option<Between<'_>> {
        let mut painting = Painting {
            graph: &self.0,
            paint: Paint::new(self.0.num_commits() as usize),
            queue: BinaryHeap::new(),
            open: 0,
            boundary: Vec::new(),
        };
        for (tip, hidden) in tips {
            painting.reach(self.place(&tip)?, hidden, u32::MAX)?;
        }
        let shown = painting.run()?;
        let Painting { paint, boundary, .. } = painting;
        Some(Between { graph: &self.0, paint, shown, boundary })
    }

    fn place(&self, id: &ObjectId) -> Option<Position> {
        self.0.lookup(gix_hash::oid::try_from_bytes(id.as_bytes()).ok()?)
    }
}

/// From where each commit was reached, by its place in the graph; from both, it is hidden. A bit
/// each: of a large history most stay untouched, and memory that is touched first costs time.
struct Paint {
    from_shown: FixedBitSet,
    from_hidden: FixedBitSet,
}

/// From where a commit had been reached before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Before {
    shown: bool,
    hidden: bool,
}

impl Paint {
    fn new(commits: usize) -> Self {
        let empty = FixedBitSet::with_capacity(commits);
        Self { from_shown: empty.clone(), from_hidden: empty }
    }

    fn is_shown(&self, place: Position) -> bool {
        let at = place.0 as usize;
        self.from_shown.contains(at) && !self.from_hidden.contains(at)
    }

    /// `None` where the graph has no such place.
    fn reach(&mut self, place: Position, hidden: bool) -> Option<Before> {
        let at = place.0 as usize;
        if at >= self.from_shown.len() {
            return None;
        }
        let before =
            Before { shown: self.from_shown.contains(at), hidden: self.from_hidden.contains(at) };
        let paint = if hidden { &mut self.from_hidden } else { &mut self.from_shown };
        paint.insert(at);
        Some(before)
    }
}

/// Commits of the graph that something shown reaches, and nothing hidden.
pub(super) struct Between<'g> {
    graph: &'g Graph,
    paint: Paint,
    shown: Vec<Position>,
    boundary: Vec<Position>,
}

impl Between<'_> {
    /// These commits.
    pub(super) fn shown(&self) -> impl Iterator<Item = ObjectId> {
        self.shown.iter().filter_map(|place| self.id(*place))
    }

    /// Whether a commit is one of them.
    pub(super) fn shows(&self, id: &ObjectId) -> bool {
        let place = gix_hash::oid::try_from_bytes(id.as_bytes()).ok();
        place.and_then(|id| self.graph.lookup(id)).is_some_and(|place| self.paint.is_shown(place))
    }

    /// Their parents that are not among them.
    pub(super) fn boundary(&self) -> impl Iterator<Item = ObjectId> {
        self.boundary.iter().filter_map(|place| self.id(*place))
    }

    fn id(&self, place: Position) -> Option<ObjectId> {
        ObjectId::from_bytes(self.graph.id_at(place).as_bytes())
    }
}

/// A walk of places in the graph, the highest generations first. No clock is asked: when a commit's
/// turn comes, all that reaches it has had its turn.
struct Painting<'g> {
    graph: &'g Graph,
    paint: Paint,
    queue: BinaryHeap<(u32, u32)>,
    /// Commits in the queue that are shown.
    open: usize,
    /// What was reached from both.
    boundary: Vec<Position>,
}

impl Painting<'_> {
    fn run(&mut self) -> Option<Vec<Position>> {
        let mut shown = Vec::new();
        while self.open > 0 {
            let (generation, place) = self.queue.pop()?;
            let place = Position(place);
            let hidden = !self.paint.is_shown(place);
            if !hidden {
                self.open -= 1;
                shown.push(place);
            }
            for parent in self.graph.commit_at(place).iter_parents() {
                self.reach(parent.ok()?, hidden, generation)?;
            }
        }
        Some(shown)
    }

    /// `None` where the commit is not below `generation`, as a parent has to be.
    fn reach(&mut self, place: Position, hidden: bool, generation: u32) -> Option<()> {
        let before = self.paint.reach(place, hidden)?;
        if !before.shown && !before.hidden {
            let own = self.graph.commit_at(place).generation();
            if own >= generation {
                return None;
            }
            self.open += usize::from(!hidden);
            self.queue.push((own, place.0));
        } else if before.shown != before.hidden && before.hidden != hidden {
            // It still waits for its turn, hidden from now on.
            self.open -= usize::from(before.shown);
            self.boundary.push(place);
        }
        Some(())
    }
}

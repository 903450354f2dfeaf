//! A commit that says nothing and exactly takes back what was done to a path before: it is whose
//! that was, foreign work or the stages' work, and no other owner's. The tree decides, not its title.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::matcher::StageIndex;
use super::reading::{Turn, Undoing};
use super::weigh::{Part, Weighed};
use crate::git::{Entry, RepoPath};

/// How many earlier changes of a path are held against one that says nothing, line by line. Who goes
/// back further stays what ownership says of him.
const MOST_LOOKED_AT: usize = 64;

/// Whose a change is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Doer {
    /// These stages' work, or what takes it back.
    Stages(BTreeSet<StageIndex>),
    /// All owners', for nobody says anything.
    Owners,
    /// Foreign work; whether it is of another migration.
    Foreign(bool),
    /// More than one of those, which cannot be told apart.
    Mixed,
}

/// What was done to each path on which somebody says what he does and somebody does not.
pub(super) struct Undone {
    paths: BTreeMap<RepoPath, Past>,
}

/// A path's past, the oldest first.
#[derive(Default)]
struct Past {
    changes: Vec<Done>,
    /// The last change that began with what stood there.
    began_with: HashMap<Option<Entry>, usize>,
}

/// A change that was made.
struct Done {
    turn: Turn,
    doer: Doer,
    /// Of a merge: what its commits did, one by one.
    parts: Vec<Part>,
    /// The change before which the path stood as it stands after this one.
    back_to: Option<usize>,
}

impl Undone {
    /// Nothing yet, of what is to be followed.
    pub(super) fn of<'w>(all: impl Iterator<Item = &'w Weighed> + Clone) -> Self {
        let told: HashSet<&RepoPath> =
            all.clone().filter(|one| !one.says_nothing()).map(|one| &one.path).collect();
        let silent = all.filter(|one| one.says_nothing() && told.contains(&one.path));
        Self { paths: silent.map(|one| (one.path.clone(), Past::default())).collect() }
    }

    /// Takes what a step's changes say nothing of for what they take back.
    pub(super) fn follow(
        &mut self,
        weighed: &mut [Weighed],
        undoing: &dyn Undoing,
    ) -> anyhow::Result<()> {
        for one in weighed {
            let Some(past) = self.paths.get_mut(&one.path) else { continue };
            let turn = Turn { old: one.old, new: one.new };
            if one.says_nothing() {
                match past.undone_by(past.changes.len(), &turn, undoing)? {
                    Some(Doer::Foreign(of_others)) => one.be_foreign(of_others),
                    Some(Doer::Stages(stages)) => one.take_back(&stages),
                    Some(Doer::Owners | Doer::Mixed) | None => {}
                }
            }
            past.push(turn, one);
        }
        Ok(())
    }
}

impl Past {
    fn push(&mut self, turn: Turn, one: &Weighed) {
        let back_to = self.began_with.get(&turn.new).copied();
        self.began_with.insert(turn.old, self.changes.len());
        let (doer, parts) = (one.doer(), one.parts());
        self.changes.push(Done { turn, doer, parts, back_to });
    }

    /// Whose that is which a change, after so many others, takes back exactly; `None` where it does
    /// not.
    fn undone_by(
        &self,
        count: usize,
        turn: &Turn,
        undoing: &dyn Undoing,
    ) -> anyhow::Result<Option<Doer>> {
        let before = self.changes.get(..count).unwrap_or(&self.changes);
        let follows = before.last().is_some_and(|last| last.turn.new == turn.old);
        if follows && let Some(since) = before.iter().rposition(|one| one.turn.old == turn.new) {
            return self.all_since(since, count, undoing).map(Some);
        }
        let mut looked_at = 0;
        for (place, done) in before.iter().enumerate().rev() {
            if looked_at >= MOST_LOOKED_AT {
                break;
            }
            if !matches!(done.doer, Doer::Owners) {
                looked_at += 1;
                if undoing.undoes(turn, &done.turn)? {
                    return self.doer(place, undoing).map(Some);
                }
            }
            for part in done.parts.iter().rev() {
                looked_at += 1;
                if undoing.undoes(turn, &part.turn)? {
                    return Ok(Some(part.doer.clone()));
                }
            }
        }
        Ok(None)
    }

    /// Whose all the changes are since this one, without those that came to nothing.
    fn all_since(&self, since: usize, count: usize, undoing: &dyn Undoing) -> anyhow::Result<Doer> {
        let mut together: Option<Doer> = None;
        let mut end = count;
        while end > since {
            end -= 1;
            let Some(done) = self.changes.get(end) else { break };
            if let Some(back_to) = done.back_to.filter(|back_to| *back_to > since) {
                end = back_to;
                continue;
            }
            let doer = self.doer(end, undoing)?;
            together = Some(match together {
                None => doer,
                Some(known) => known.with(doer),
            });
        }
        Ok(together.unwrap_or(Doer::Mixed))
    }

    /// Whose work it is what a change did. Foreign work that takes a stage's work back is not its
    /// own: whoever undoes it brings that work back.
    fn doer(&self, place: usize, undoing: &dyn Undoing) -> anyhow::Result<Doer> {
        let Some(Done { turn, doer, .. }) = self.changes.get(place) else {
            return Ok(Doer::Mixed);
        };
        match doer {
            Doer::Foreign(_) => {
                let undone = self.undone_by(place, turn, undoing)?;
                Ok(undone.unwrap_or_else(|| doer.clone()))
            }
            _ => Ok(doer.clone()),
        }
    }
}

impl Doer {
    /// Whose two changes are together.
    fn with(self, other: Self) -> Self {
        use Doer::{Mixed, Owners, Stages};
        match (self, other) {
            (Stages(mut all), Stages(more)) => {
                all.extend(more);
                Stages(all)
            }
            (Owners, Owners | Stages(_)) | (Stages(_), Owners) => Owners,
            _ => Mixed,
        }
    }
}

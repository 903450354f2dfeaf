//! A commit that says nothing and exactly takes back what was done to a path before: it is whose
//! that was, foreign work or the stages' work, and no other owner's. The tree decides, not its title.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Range;

use super::matcher::StageIndex;
use super::reading::{Turn, Undoing};
use super::weigh::{Part, SilentPart, Weighed};
use crate::git::{Entry, RepoPath};

/// How many earlier changes of a path are held against one that says nothing, line by line. Who goes
/// back further stays what ownership says of him.
const MOST_LOOKED_AT: usize = 64;

/// How many pairs of them are held against each other.
const MOST_PAIRS: usize = 1_024;

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
        let is_silent = |one: &&Weighed| one.says_nothing() || !one.silent_parts().is_empty();
        let silent = all.filter(is_silent).filter(|one| told.contains(&one.path));
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
                    Some(Doer::Mixed) => one.be_tangled(),
                    Some(Doer::Owners) | None => {}
                }
            }
            let mut known = one.parts();
            for part in one.silent_parts() {
                match past.undone_by_part(&part, &known, undoing)? {
                    Some(Doer::Foreign(of_others)) => one.make_part_foreign(&part, of_others),
                    Some(Doer::Stages(stages)) => one.take_part_back(&part, &stages),
                    Some(Doer::Mixed | Doer::Owners) | None => continue,
                }
                known = one.parts();
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
        let since = before.iter().rposition(|one| one.turn.old == turn.new);
        let Some(since) = since.filter(|_| follows) else {
            return self.one_undone_by(0..count, turn, undoing);
        };
        let standing = self.standing(since..count);
        let all = self.of_all(&standing, undoing)?;
        if all.is_one_stages() || standing.len() == 1 && matches!(all, Doer::Foreign(_)) {
            return Ok(Some(all));
        }
        // One change that it takes back exactly is nearer than all of them: those beside it come to
        // nothing. What is older has gone before, or else the path would not stand as it did.
        if let Some(one) = self.one_undone_by(since..count, turn, undoing)? {
            return Ok(Some(one));
        }
        let left = self.without_what_went_back(standing, undoing)?;
        let rest = self.of_all(&left, undoing)?;
        let is_foreign = |place: &usize| {
            self.changes.get(*place).is_some_and(|done| matches!(done.doer, Doer::Foreign(_)))
        };
        if left.iter().all(is_foreign) {
            // Each alone is foreign; together they may have taken a stage's work back.
            let together = Turn { old: turn.new, new: turn.old };
            return Ok(Some(self.undone_by(since, &together, undoing)?.unwrap_or(rest)));
        }
        Ok(Some(rest))
    }

    /// The same of one commit of a merge, which comes after all these changes and after the known
    /// ones of the merge.
    fn undone_by_part(
        &self,
        part: &SilentPart,
        known: &[Part],
        undoing: &dyn Undoing,
    ) -> anyhow::Result<Option<Doer>> {
        let before = known.iter().rev().filter(|one| part.is_after(one));
        for before in before.take(MOST_LOOKED_AT) {
            if undoing.undoes(&part.turn, &before.turn)? {
                return Ok(Some(before.doer.clone()));
            }
        }
        self.one_undone_by(0..self.changes.len(), &part.turn, undoing)
    }

    /// Whose the newest of these changes is, or the newest part of one, that a change takes back
    /// exactly.
    fn one_undone_by(
        &self,
        places: Range<usize>,
        turn: &Turn,
        undoing: &dyn Undoing,
    ) -> anyhow::Result<Option<Doer>> {
        let told = places.rev().flat_map(|place| self.told(place));
        for (place, earlier, part) in told.take(MOST_LOOKED_AT) {
            if undoing.undoes(turn, earlier)? {
                return match part {
                    Some(part) => Ok(Some(part.doer.clone())),
                    None => self.doer(place, undoing).map(Some),
                };
            }
        }
        Ok(None)
    }

    /// What somebody says of a change: of all of it, and of each part, the newest first.
    fn told(&self, place: usize) -> impl Iterator<Item = (usize, &Turn, Option<&Part>)> {
        self.changes.get(place).into_iter().flat_map(move |done| {
            let whole = (!matches!(done.doer, Doer::Owners)).then_some((place, &done.turn, None));
            let parts = done.parts.iter().rev().map(move |part| (place, &part.turn, Some(part)));
            whole.into_iter().chain(parts)
        })
    }

    /// These changes, the newest first, without those that came to nothing: after them the path
    /// stood as before.
    fn standing(&self, places: Range<usize>) -> Vec<usize> {
        let mut standing = Vec::new();
        let mut end = places.end;
        while end > places.start {
            end -= 1;
            let Some(done) = self.changes.get(end) else { break };
            match done.back_to.filter(|back_to| *back_to > places.start) {
                Some(back_to) => end = back_to,
                None => standing.push(end),
            }
        }
        standing
    }

    /// The same, the newest first, without those that one of the later ones takes back exactly, and
    /// without that one.
    fn without_what_went_back(
        &self,
        standing: Vec<usize>,
        undoing: &dyn Undoing,
    ) -> anyhow::Result<Vec<usize>> {
        let pairs = standing.iter().enumerate().flat_map(|(at, later)| {
            standing.iter().skip(at + 1).map(move |earlier| (*later, *earlier))
        });
        let mut gone = BTreeSet::new();
        for (later, earlier) in pairs.take(MOST_PAIRS) {
            if gone.contains(&later) || gone.contains(&earlier) {
                continue;
            }
            let both = self.changes.get(later).zip(self.changes.get(earlier));
            let Some((undoes, undone)) = both else { continue };
            if undoing.undoes(&undoes.turn, &undone.turn)? {
                gone.extend([later, earlier]);
            }
        }
        // Where nothing is left, nobody can tell what it is that went back.
        match gone.len() == standing.len() {
            true => Ok(standing),
            false => Ok(standing.into_iter().filter(|place| !gone.contains(place)).collect()),
        }
    }

    /// Whose these changes are together.
    fn of_all(&self, places: &[usize], undoing: &dyn Undoing) -> anyhow::Result<Doer> {
        let mut together: Option<Doer> = None;
        for place in places {
            let doer = self.doer(*place, undoing)?;
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
    /// Whether it is one stage's alone.
    fn is_one_stages(&self) -> bool {
        matches!(self, Self::Stages(stages) if stages.len() == 1)
    }

    /// Whose two changes are together.
    fn with(self, other: Self) -> Self {
        use Doer::{Foreign, Mixed, Owners, Stages};
        match (self, other) {
            (Stages(mut all), Stages(more)) => {
                all.extend(more);
                Stages(all)
            }
            (Owners, Owners | Stages(_)) | (Stages(_), Owners) => Owners,
            (Foreign(one), Foreign(other)) if one == other => Foreign(one),
            _ => Mixed,
        }
    }
}

#[cfg(test)]
mod tests;

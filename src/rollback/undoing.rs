//! The ledger of a branch, with back-outs recognised by what they do to the tree.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::rc::Rc;

use super::back::{back, undone};
use super::moved::Moved;
use super::replay::Replay;
use crate::config::Migration;
use crate::git::{Change, Entry, FileMerge, ObjectId, Repo, RepoPath, View, merge_files};
use crate::stage::attribution::Attribution;
use crate::stage::cache::landed_steps;
use crate::stage::history::step;
use crate::stage::ledger::{Ledger, StageChange, StageStep, ledger};
use crate::stage::matcher::{Matcher, StageIndex};
use crate::stage::moves::Moves;
use crate::stage::reading::{Differs, Living, Turn, Undoing};
use crate::stage::step::Step;
use crate::stage::taken::{Course, Taken};
use crate::stage::trail::Steps;

/// Reads what landed on a branch between `start` and `tip`.
pub fn read_ledger(
    repo: &Repo,
    migration: &Migration,
    attribution: &Attribution<'_>,
    start: &ObjectId,
    tip: &ObjectId,
) -> anyhow::Result<Ledger> {
    let matcher = Matcher::new(migration);
    let steps = landed_steps(repo, &matcher, attribution, start, tip)?;
    ledger_of(repo, &matcher, steps.all(), None)
}

/// The same of a commit on top of the tip, which may be in memory alone.
pub fn read_ledger_with(
    repo: &Repo,
    migration: &Migration,
    attribution: &Attribution<'_>,
    start: &ObjectId,
    (tip, more): (&ObjectId, &ObjectId),
) -> anyhow::Result<Ledger> {
    let matcher = Matcher::new(migration);
    let mut steps = landed_steps(repo, &matcher, attribution, start, tip)?;
    steps.push(step(repo, attribution, &repo.commit(more)?)?.narrowed(&matcher)?);
    ledger_of(repo, &matcher, steps.all(), None)
}

/// The ledger of steps that were gathered before; of these stages alone where some are given.
pub fn ledger_of(
    repo: &Repo,
    matcher: &Matcher<'_>,
    steps: Steps<'_>,
    about: Option<&BTreeSet<StageIndex>>,
) -> anyhow::Result<Ledger> {
    let moves = Moves::new(matcher.migration(), steps)?;
    let (tallies, moved) = (RefCell::default(), RefCell::default());
    ledger(matcher, steps, about, &ByReplay { repo, moves, steps, tallies, moved })
}

/// Tells a back-out by taking the lives back and comparing.
struct ByReplay<'r> {
    repo: &'r Repo,
    moves: Moves,
    steps: Steps<'r>,
    /// What the lines of files come to, in any order: asked for many times.
    tallies: RefCell<HashMap<ObjectId, u64>>,
    /// What the step that was last asked about moved.
    moved: RefCell<Option<(ObjectId, Rc<Moved<'r>>)>>,
}

impl Undoing for ByReplay<'_> {
    fn takes_back(&self, lives: &[Living<'_>], step: &Step) -> anyhow::Result<bool> {
        let Some(taken) = self.taken_back(lives, step)? else { return Ok(false) };
        let result = View::of_commit(self.repo, &step.id)?;
        for Named { before, after, .. } in &taken.paths {
            let is = result.entry(after)?.filter(|entry| !entry.is_folder());
            if taken.replay.clashes_at(before) || taken.replay.at(before)? != is {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn leaves_nothing(
        &self,
        lives: &[Living<'_>],
        step: &Step,
    ) -> anyhow::Result<Option<BTreeSet<RepoPath>>> {
        let (Some(parent), Some(taken)) = (step.parent, self.taken_back(lives, step)?) else {
            return Ok(None);
        };
        let stood = View::of_commit(self.repo, &parent)?;
        let result = View::of_commit(self.repo, &step.id)?;
        let mut beside = BTreeSet::new();
        for Named { before, after, now } in &taken.paths {
            if taken.replay.clashes_at(before) {
                return Ok(None);
            }
            let planned = taken.replay.at(before)?;
            let is = result.entry(after)?;
            if planned == is.filter(|entry| !entry.is_folder()) {
                continue;
            }
            // What the plan takes away is gone where taking it away once more changes nothing.
            let Some([stood, is, planned]) = same_kind([stood.entry(before)?, is, planned]) else {
                return Ok(None);
            };
            if stood == planned || !self.merges_to([stood, is, planned], is)? {
                return Ok(None);
            }
            beside.insert(now.clone());
        }
        Ok(Some(beside))
    }

    fn differs(&self, lives: &[Living<'_>], step: &Step) -> anyhow::Result<Differs> {
        let Some(TakenBack { replay, paths }) = self.taken_back(lives, step)? else {
            return Ok(Differs::Unknown);
        };
        let mut differs = BTreeSet::new();
        for Change { path, old, new } in &step.changes {
            let named_after = paths.iter().find(|named| named.after == *path);
            // What the step takes away, it does not rename.
            let named = named_after.or_else(|| paths.iter().find(|named| named.before == *path));
            let planned = match named {
                Some(Named { before, .. }) if replay.clashes_at(before) => None,
                Some(Named { before, .. }) => Some(replay.at(before)?),
                None => Some(*old),
            };
            if planned != Some(*new) {
                differs.insert(path.clone());
            }
        }
        Ok(Differs::At(differs))
    }

    fn undoes(&self, change: &Turn, earlier: &Turn) -> anyhow::Result<bool> {
        let Some(files) = same_kind([earlier.new, change.old, earlier.old, change.new]) else {
            return Ok(false);
        };
        let [base, ours, theirs, result] = files;
        // The lines come that went before, and those go that came: nearly all changes are told
        // apart by that.
        if self.difference(ours, result)? != self.difference(base, theirs)? {
            return Ok(false);
        }
        Ok(base != theirs && self.merges_to([base, ours, theirs], result)?)
    }

    fn taken(&self, course: &Course<Option<&Entry>>) -> anyhow::Result<Taken> {
        let Course { original, work, before, after } = *course;
        if after == original {
            return Ok(Taken::Back);
        }
        if ![original, work, before, after].into_iter().flatten().all(Entry::is_file) {
            return Ok(Taken::Unclear);
        }
        let read = |entry: Option<&Entry>| match entry {
            Some(entry) => self.repo.blob(&entry.oid),
            None => Ok(Vec::new()),
        };
        let (original, work) = (read(original)?, read(work)?);
        let (before, after) = (read(before)?, read(after)?);
        let (original, work, before, after) = (&*original, &*work, &*before, &*after);
        Ok(Taken::of(&Course { original, work, before, after }))
    }

    fn moved_to(&self, step: &Step, path: &RepoPath) -> anyhow::Result<BTreeSet<RepoPath>> {
        let known = self.moved.borrow().as_ref().filter(|(id, _)| *id == step.id).cloned();
        let moved = match known {
            Some((_, moved)) => moved,
            None => Rc::new(Moved::by(self.repo, step.parent.as_ref(), &step.id)?),
        };
        self.moved.replace(Some((step.id, Rc::clone(&moved))));
        Ok(moved.to(path)?)
    }
}

/// What taking lives back makes of the commit before a step.
struct TakenBack<'r> {
    replay: Replay<'r>,
    /// The paths of their changes.
    paths: Vec<Named>,
}

/// A path's names: before a step, after it, and at the tip.
struct Named {
    before: RepoPath,
    after: RepoPath,
    now: RepoPath,
}

/// Files that differ in nothing but their content.
fn same_kind<const N: usize>(entries: [Option<Entry>; N]) -> Option<[Entry; N]> {
    let mode = entries.first().copied().flatten()?.mode;
    let alike = entries.iter().flatten().filter(|entry| entry.is_file() && entry.mode == mode);
    let alike: Vec<Entry> = alike.copied().collect();
    alike.try_into().ok()
}

impl ByReplay<'_> {
    /// Which lines one file has beside another's, as a number: the same of the same lines.
    fn difference(&self, from: Entry, to: Entry) -> anyhow::Result<u64> {
        Ok(self.tally(to)?.wrapping_sub(self.tally(from)?))
    }

    fn tally(&self, file: Entry) -> anyhow::Result<u64> {
        if let Some(known) = self.tallies.borrow().get(&file.oid) {
            return Ok(*known);
        }
        let content = self.repo.blob(&file.oid)?;
        let line = |line: &[u8]| {
            let mut hasher = DefaultHasher::new();
            line.hash(&mut hasher);
            hasher.finish()
        };
        let tally = content.split_inclusive(|byte| *byte == b'\n').map(line);
        let tally = tally.fold(0, u64::wrapping_add);
        self.tallies.borrow_mut().insert(file.oid, tally);
        Ok(tally)
    }

    /// Whether a base and two files made of it come together, cleanly, to this.
    fn merges_to(&self, [base, ours, theirs]: [Entry; 3], result: Entry) -> anyhow::Result<bool> {
        let read = |entry: Entry| self.repo.blob(&entry.oid);
        Ok(match merge_files(&read(base)?, &read(ours)?, &read(theirs)?)? {
            FileMerge::Clean(content) => content == read(result)?,
            _ => false,
        })
    }

    fn taken_back(
        &self,
        lives: &[Living<'_>],
        step: &Step,
    ) -> anyhow::Result<Option<TakenBack<'_>>> {
        let (Some(parent), Some(order)) = (step.parent, self.steps.position(&step.id)) else {
            return Ok(None);
        };
        let steps: Vec<&StageStep> = lives.iter().flat_map(|(_, steps)| *steps).collect();
        let mut before = self.named_before(order, &steps);
        let after = self.named_before(order + 1, &steps);
        let now = steps.iter().flat_map(|step| &step.changes).map(|change| change.path.clone());
        let named = |steps: &[StageStep]| -> Vec<RepoPath> {
            steps.iter().flat_map(|one| &one.changes).map(|change| change.path.clone()).collect()
        };
        let names = named(&before).into_iter().zip(named(&after)).zip(now);
        let paths = names.map(|((before, after), now)| Named { before, after, now }).collect();
        before.sort_by_key(|step| std::cmp::Reverse(step.order));
        let stages: BTreeSet<StageIndex> = lives.iter().map(|(stage, _)| *stage).collect();
        let stays = |_: &StageStep, change: &StageChange| {
            change.with.difference(&stages).copied().collect()
        };
        let mut replay = Replay::new(self.repo, &parent)?;
        for undone in undone(&before, stays) {
            back(&mut replay, &undone, &BTreeSet::new())?;
        }
        Ok(Some(TakenBack { replay, paths }))
    }

    /// The same steps with the names that their paths had before a later one, not those at the tip.
    fn named_before(&self, later: usize, steps: &[&StageStep]) -> Vec<StageStep> {
        let named = |step: &&StageStep| {
            let mut step = (*step).clone();
            for change in &mut step.changes {
                change.path = self.moves.before(later, step.order, &change.then);
            }
            step
        };
        steps.iter().map(named).collect()
    }
}

#[cfg(test)]
mod tests;

//! Whether a commit is exactly the planned back-out of the stages that it names. The tree decides;
//! titles and trailers only say which stages are meant.

use std::collections::{BTreeMap, BTreeSet};

use super::clash::Clash;
use super::plan::{Ground, Plan, plan};
use super::undoing::read_ledger;
use crate::config::Migration;
use crate::git::{Change, Commit, Entry, GitError, ObjectId, Repo, RepoPath, View};
use crate::stage::attribution::Attribution;
use crate::stage::ledger::Ledger;
use crate::stage::matcher::{Matcher, StageIndex};

/// A commit held against the plan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The stages that are named, newest first; none where no commit names any.
    pub stages: Vec<StageIndex>,
    /// The paths at which it differs from the plan: `old` as planned, `new` as it is.
    pub differs: Vec<Change>,
    /// Why there is no plan.
    pub clashes: Vec<Clash>,
    /// What is planned.
    pub planned: Vec<Change>,
    /// The stages of which nothing was there to be backed out.
    pub nothing: Vec<StageIndex>,
    /// Commits that a merge brought along, and that are no part of the back-out: what they did is
    /// gone without a word, and merging them again does not bring it back.
    pub swallowed: Vec<ObjectId>,
}

impl Comparison {
    /// Whether it is the planned back-out. Where there was nothing to back out, nothing is.
    #[must_use]
    pub const fn is_equal(&self) -> bool {
        !self.stages.is_empty()
            && self.nothing.is_empty()
            && self.differs.is_empty()
            && self.clashes.is_empty()
            && self.swallowed.is_empty()
    }

    /// The same stages, found to be planned otherwise than all at once.
    #[must_use]
    pub fn accepted(self) -> Self {
        Self { stages: self.stages, planned: self.planned, ..Self::default() }
    }
}

/// Holds what `commit` makes of `parent` against the plan to back out, on `parent`, the stages that
/// the commits in between name by `Backout-Stage`.
pub fn is_planned(
    repo: &Repo,
    migration: &Migration,
    attribution: &Attribution<'_>,
    start: &ObjectId,
    parent: &ObjectId,
    commit: &ObjectId,
) -> anyhow::Result<Comparison> {
    let commits = repo.walk(commit, &[*parent])?.commits;
    let named = named(attribution, &commits);
    if named.is_empty() {
        return Ok(Comparison::default());
    }
    let ledger = read_ledger(repo, migration, attribution, start, parent)?;
    let matcher = Matcher::new(migration);
    let ground = Ground { repo, migration, matcher: &matcher, ledger: &ledger, onto: *parent };
    let mut found = compare(&ground, &named, commit)?;
    found.swallowed = swallowed(repo, attribution, (parent, commit, &commits), &found.planned)?;
    Ok(found)
}

/// The stages that commits say they back out.
#[must_use]
pub fn named(attribution: &Attribution<'_>, commits: &[Commit]) -> BTreeSet<StageIndex> {
    commits.iter().flat_map(|commit| attribution.claims(commit).backs_out).collect()
}

/// Holds a commit against the plan to back stages out on the ground.
pub fn compare(
    ground: &Ground<'_>,
    stages: &BTreeSet<StageIndex>,
    commit: &ObjectId,
) -> anyhow::Result<Comparison> {
    let planned = plan(ground, stages)?;
    let differs = match planned.is_clean() {
        true => differing(&planned.paths, &ground.repo.changes(Some(&ground.onto), Some(commit))?),
        false => Vec::new(),
    };
    let is_empty = planned.is_empty();
    let Plan { stages, clashes, paths, .. } = planned;
    let landed: BTreeSet<StageIndex> = ground.ledger.landed().collect();
    let nothing =
        stages.iter().copied().filter(|stage| is_empty || !landed.contains(stage)).collect();
    Ok(Comparison { stages, differs, clashes, planned: paths, nothing, swallowed: Vec::new() })
}

/// Holds a commit against several plans at once, of stages of several migrations: where they do not
/// agree about a path, nothing is right there.
#[must_use]
pub fn differing_from_all(plans: &[&[Change]], made: &[Change]) -> Vec<Change> {
    let united: Vec<Change> = plans.iter().copied().flatten().cloned().collect();
    let mut differ = differing(&united, made);
    for (at, change) in united.iter().enumerate() {
        let others = united.iter().take(at).filter(|other| other.path == change.path);
        differ.extend(others.filter(|other| other.new != change.new).cloned());
    }
    differ
}

/// The commits that merges of a range brought from beside the line that leads to `head`, and of
/// which something is gone: at a planned path what takes nothing back, elsewhere what has left the
/// file as it was.
fn swallowed(
    repo: &Repo,
    attribution: &Attribution<'_>,
    (base, head, commits): (&ObjectId, &ObjectId, &[Commit]),
    planned: &[Change],
) -> Result<Vec<ObjectId>, GitError> {
    if commits.iter().all(|commit| commit.parents.len() < 2) {
        return Ok(Vec::new());
    }
    let known: BTreeMap<&ObjectId, &Commit> =
        commits.iter().map(|commit| (&commit.id, commit)).collect();
    let mut line = BTreeSet::new();
    let mut next = head;
    while let Some(commit) = known.get(next) {
        line.insert(next);
        let Some(first) = commit.parents.first() else { break };
        next = first;
    }
    // A line that does not come from the base is beside it as a whole.
    if next != base {
        line.clear();
    }
    let paths: BTreeSet<&RepoPath> = planned.iter().map(|change| &change.path).collect();
    let (before, after) = (View::of_commit(repo, base)?, View::of_commit(repo, head)?);
    let mut found = Vec::new();
    for commit in commits.iter().filter(|commit| !line.contains(&commit.id)) {
        // What a merge brought is looked at itself.
        if commit.parents.len() > 1 {
            continue;
        }
        let changes = repo.changes(commit.parents.first(), Some(&commit.id))?;
        let names = !attribution.claims(commit).backs_out.is_empty();
        // Without a change, there is only what it says.
        let mut gone = changes.is_empty() && !names;
        for Change { path, new, .. } in &changes {
            gone |= match paths.contains(path) {
                true => !names,
                false => {
                    let is = after.entry(path)?.filter(|entry| !entry.is_folder());
                    is != *new && is == before.entry(path)?.filter(|entry| !entry.is_folder())
                }
            };
        }
        if gone {
            found.push(commit.id);
        }
    }
    Ok(found)
}

/// What one list of changes of the same tree has otherwise than the other.
fn differing(planned: &[Change], made: &[Change]) -> Vec<Change> {
    let mut paths: BTreeMap<&RepoPath, (Option<Entry>, Option<Entry>)> = BTreeMap::new();
    for change in planned {
        paths.insert(&change.path, (change.new, change.old));
    }
    for change in made {
        paths.entry(&change.path).or_insert((change.old, None)).1 = change.new;
    }
    let differ = paths.into_iter().filter(|(_, (planned, made))| planned != made);
    differ.map(|(path, (old, new))| Change { path: path.clone(), old, new }).collect()
}

/// Whether the commits of a range take stages back exactly as planned: all that they name together,
/// or one commit after the other, each on the one before it.
///
/// `ledger` is what had landed at `base`.
pub fn is_planned_range(
    repo: &Repo,
    migration: &Migration,
    attribution: &Attribution<'_>,
    ledger: &Ledger,
    range: (&ObjectId, &ObjectId, &[Commit]),
    ledger_at: &dyn Fn(&ObjectId) -> anyhow::Result<Ledger>,
) -> anyhow::Result<bool> {
    let (base, head, commits) = range;
    let named = named(attribution, commits);
    if named.is_empty() {
        return Ok(false);
    }
    let compared =
        |ledger: &Ledger, onto: ObjectId, stages: &BTreeSet<StageIndex>, to: &ObjectId| {
            let matcher = Matcher::new(migration);
            let ground = Ground { repo, migration, matcher: &matcher, ledger, onto };
            compare(&ground, stages, to)
        };
    let whole = compared(ledger, *base, &named, head)?;
    if whole.is_equal() && swallowed(repo, attribution, range, &whole.planned)?.is_empty() {
        return Ok(true);
    }
    let Some(chain) = chain(repo, base, head, commits)? else { return Ok(false) };
    let mut onto = *base;
    let mut taken_back = BTreeSet::new();
    for commit in chain {
        let stages = attribution.claims(commit).backs_out;
        if !compared(&ledger_at(&onto)?, onto, &stages, &commit.id)?.is_equal() {
            return Ok(false);
        }
        onto = commit.id;
        taken_back.extend(stages);
    }
    // A merge that was passed over may name others, of which nothing was taken back.
    Ok(taken_back == named)
}

/// The commits of a range in a row, the oldest first. A merge that took over the branch as it
/// stands is passed over.
fn chain<'c>(
    repo: &Repo,
    base: &ObjectId,
    head: &ObjectId,
    commits: &'c [Commit],
) -> Result<Option<Vec<&'c Commit>>, GitError> {
    let mut row = Vec::new();
    let mut next = *head;
    while next != *base {
        let Some(commit) = commits.iter().find(|commit| commit.id == next) else {
            return Ok(None);
        };
        match commit.parents.as_slice() {
            [parent] => {
                row.push(commit);
                next = *parent;
            }
            [first, second] if first == base && repo.commit(second)?.tree == commit.tree => {
                next = *second;
            }
            _ => return Ok(None),
        }
    }
    row.reverse();
    Ok(Some(row))
}

#[cfg(test)]
mod tests;

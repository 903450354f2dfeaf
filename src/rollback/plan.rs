//! The plan of a back-out: which steps go back, what the tree would be, what stands in the way and
//! whose work that is. Worked out in memory; nothing is written.

use std::collections::{BTreeMap, BTreeSet, btree_map};

use super::back::{back, undone};
use super::checkpoint::{checkpoint, reaches_start};
use super::clash::{Clash, Played, Reason};
use super::lives::Lives;
use super::moved::{Emptied, Moved};
use super::replay::{Outcome, Replay};
use super::turn::going;
use crate::config::{CodeRollback, Migration, Stage};
use crate::git::{Change, Entry, GitError, ObjectId, Repo, RepoPath, View};
use crate::stage::ledger::{Evidence, Ledger, Life, StageChange, StageStep, Unsaid, Whose};
use crate::stage::matcher::{Matcher, StageIndex};

/// What plans rest on.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// The repository.
    pub repo: &'a Repo,
    /// The migration.
    pub migration: &'a Migration,
    /// Who owns what.
    pub matcher: &'a Matcher<'a>,
    /// What has landed up to `onto`.
    pub ledger: &'a Ledger,
    /// The commit on which stages are backed out.
    pub onto: ObjectId,
}

/// What backing stages out comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The stages, in the order in which they go.
    pub stages: Vec<StageIndex>,
    /// The commit that it is planned on.
    pub onto: ObjectId,
    /// The resulting tree; `None` where something stands in the way. Of an empty plan it is the
    /// tip's.
    pub tree: Option<ObjectId>,
    /// The steps that go back, newest first. What several stages did together is in them once for
    /// each.
    pub commits: Vec<StageStep>,
    /// The paths that change.
    pub paths: Vec<Change>,
    /// What stands in the way.
    pub clashes: Vec<Clash>,
    /// Other commits on the same files since the first step, newest first. They stay.
    pub foreign: Vec<ObjectId>,
    /// Those of `commits` that are the stages' by ownership alone, or in part, newest first.
    pub confirm: Vec<ObjectId>,
}

impl Plan {
    /// Whether there is nothing to back out.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.clashes.is_empty() && self.paths.is_empty()
    }

    /// Whether it can be carried out.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        self.tree.is_some()
    }
}

/// Plans to back stages out together, whatever else stays.
pub fn plan(ground: &Ground<'_>, stages: &BTreeSet<StageIndex>) -> anyhow::Result<Plan> {
    let steps = steps(ground.ledger, stages);
    let restored = restored(ground, stages)?;
    let work = Work { stages, steps: steps.iter().map(|(_, step)| *step).collect() };
    let mut replay = work.back(ground, &restored.keys().cloned().collect())?;
    for (path, played, reason) in work.moved_out(ground)?.into_iter().chain(work.moved_in(ground)?)
    {
        replay.clash(&path, played, reason);
    }
    restore(ground, &mut replay, &work, &restored)?;
    let Outcome { tree, changes: paths, clashes } = replay.finish()?;
    let mut commits: Vec<StageStep> = Vec::new();
    for (_, step) in &steps {
        if commits.last().is_none_or(|last| last.order != step.order) {
            commits.push(step.without_changes());
        }
        let Some(last) = commits.last_mut() else { continue };
        last.evidence = last.evidence.min(step.evidence);
        last.changes.extend(step.changes.iter().cloned());
    }
    let suggested = commits.iter().filter(|step| step.unsaid() != Unsaid::Nothing);
    Ok(Plan {
        stages: going(ground.migration, ground.ledger, stages),
        onto: ground.onto,
        tree,
        confirm: suggested.map(|step| step.id).collect(),
        foreign: others(ground.ledger, stages, &commits),
        commits,
        paths,
        clashes,
    })
}

/// The living steps of stages, newest first.
fn steps<'l>(
    ledger: &'l Ledger,
    stages: &BTreeSet<StageIndex>,
) -> Vec<(StageIndex, &'l StageStep)> {
    let of = |stage: &StageIndex| {
        let stage = *stage;
        let steps = ledger.get(stage).map(|history| history.steps.as_slice()).unwrap_or_default();
        steps.iter().map(move |step| (stage, step))
    };
    let mut all: Vec<_> = stages.iter().flat_map(of).collect();
    all.sort_by_key(|(stage, step)| (std::cmp::Reverse(step.order), *stage));
    all
}

/// What goes back.
struct Work<'l> {
    stages: &'l BTreeSet<StageIndex>,
    /// Their living steps, newest first.
    steps: Vec<&'l StageStep>,
}

impl Work<'_> {
    /// Takes it back step by step, but for what it did to some paths.
    fn back<'r>(
        &self,
        ground: &Ground<'r>,
        without: &BTreeSet<RepoPath>,
    ) -> anyhow::Result<Replay<'r>> {
        let mut replay = Replay::new(ground.repo, &ground.onto)?;
        let mine: BTreeSet<_> =
            self.steps.iter().flat_map(|step| &step.changes).map(named).collect();
        let stays = |step: &StageStep, change: &StageChange| {
            let stays = |stage: &&StageIndex| {
                !self.stages.contains(*stage)
                    || comes_back(ground.ledger, **stage, (step, change), &mine)
            };
            change.with.iter().filter(stays).copied().collect()
        };
        for undone in undone(self.steps.iter().copied(), stays) {
            back(&mut replay, &undone, without)?;
        }
        Ok(replay)
    }

    /// The paths at which what a step did goes back, by their names then.
    fn goes_back(&self, order: usize) -> BTreeSet<&RepoPath> {
        let of_step = self.steps.iter().filter(|step| step.order == order);
        of_step.flat_map(|step| &step.changes).map(|change| &change.then).collect()
    }

    /// The files that a step took away and has under a name that does not go back, where they still
    /// stand. Not those that another stage says it took over.
    fn moved_out(&self, ground: &Ground<'_>) -> anyhow::Result<Vec<(RepoPath, Played, Reason)>> {
        let mut found = Vec::new();
        let tip = View::of_commit(ground.repo, &ground.onto)?;
        for step in &self.steps {
            let mut gone = step.changes.iter().filter(|one| one.new.is_none()).peekable();
            if gone.peek().is_none() {
                continue;
            }
            let goes_back = self.goes_back(step.order);
            let moved = moved(ground.repo, &step.id)?;
            for change in gone {
                for to in moved.to(&change.then)? {
                    let handed = change.evidence == Evidence::Claimed
                        && ground.ledger.is_claimed_by_others(&to, step.order, self.stages);
                    if !goes_back.contains(&to) && !handed && tip.entry(&to)?.is_some() {
                        let played = Played { step: step.id, order: step.order };
                        found.push((change.path.clone(), played, Reason::MovedOut(to)));
                    }
                }
            }
        }
        Ok(found)
    }

    /// The files that a commit has from a path that does not go back, and of which half would be
    /// nowhere any more: neither there again, nor under a third name.
    fn moved_in(&self, ground: &Ground<'_>) -> anyhow::Result<Vec<(RepoPath, Played, Reason)>> {
        let (repo, mut found) = (ground.repo, Vec::new());
        let tip = View::of_commit(repo, &ground.onto)?;
        for step in &self.steps {
            let goes_back = self.goes_back(step.order);
            let mut emptied: BTreeMap<ObjectId, Emptied<'_, '_>> = BTreeMap::new();
            for change in step.changes.iter().filter(|one| one.old.is_none()) {
                let from = match emptied.entry(change.commit) {
                    btree_map::Entry::Occupied(known) => known.into_mut(),
                    btree_map::Entry::Vacant(new) => {
                        new.insert(Emptied::by(repo, &change.commit, &goes_back)?)
                    }
                };
                let Some(file) = change.new else { continue };
                for path in from.lost_without(&file, &tip)? {
                    let played = Played { step: step.id, order: step.order };
                    let reason = Reason::MovedIn(path.clone());
                    found.push((change.path.clone(), played, reason));
                }
            }
        }
        Ok(found)
    }

    /// The oldest commit of which a checkpoint holds work at a path, where it does: that would stay.
    fn kept(
        &self,
        repo: &Repo,
        path: &RepoPath,
        Restored { point, entry, .. }: &Restored,
    ) -> Result<Option<(Played, ObjectId)>, GitError> {
        let mut before = None;
        for step in self.steps.iter().rev() {
            let played = Played { step: step.id, order: step.order };
            for change in step.changes.iter().filter(|change| change.path == *path) {
                if repo.is_ancestor(&change.commit, point)? {
                    return Ok(Some((played, change.commit)));
                }
                before.get_or_insert((played, change.old));
            }
        }
        // Where it stands beside the line, within a merge for instance, what is there tells.
        match before {
            Some((played, old)) if old != *entry => {
                let commit = repo.commit(&played.step)?;
                let stands_before = match commit.parents.first() {
                    Some(parent) => repo.is_ancestor(point, parent)?,
                    None => false,
                };
                Ok((!stands_before).then_some((played, played.step)))
            }
            _ => Ok(None),
        }
    }
}

/// What a commit renamed, against its first parent.
fn moved<'r>(repo: &'r Repo, commit: &ObjectId) -> Result<Moved<'r>, GitError> {
    Moved::by(repo, repo.commit(commit)?.parents.first(), commit)
}

/// A change, told apart from all others.
const fn named(change: &StageChange) -> (&RepoPath, &ObjectId, usize) {
    (&change.path, &change.commit, change.place)
}

/// Whether taking a change back brings work of a stage that is gone: the change ended it together
/// with others' work, and what it ended does not go back along with these.
fn comes_back(
    ledger: &Ledger,
    stage: StageIndex,
    (step, change): (&StageStep, &StageChange),
    these: &BTreeSet<(&RepoPath, &ObjectId, usize)>,
) -> bool {
    let ends = |life: &&Life| life.ended_by.iter().any(|end| end.order == step.order);
    let Some(life) = ledger.past_lives(stage).find(ends) else { return false };
    let mut work = life.steps.iter().flat_map(|step| &step.changes);
    work.any(|one| one.path == change.path && !these.contains(&named(one)))
}

/// What stands at a path where it goes back to a checkpoint.
struct Restored {
    point: ObjectId,
    /// Whether all since that checkpoint is known.
    known: bool,
    entry: Option<Entry>,
}

/// The paths of stages with `code = "restore"` that nobody else owns and that differ from the
/// checkpoint, by the names that they have now.
fn restored(
    ground: &Ground<'_>,
    stages: &BTreeSet<StageIndex>,
) -> anyhow::Result<BTreeMap<RepoPath, Restored>> {
    let mut restored = BTreeMap::new();
    for (index, stage) in restoring(ground, stages) {
        let point = checkpoint(ground.repo, ground.migration, stage)?.ok_or_else(|| {
            anyhow::anyhow!("the checkpoint of stage {} is not here: fetch its tag", stage.id)
        })?;
        let known = reaches_start(ground.repo, ground.migration, &point)?;
        let had_been = moved_before(ground, &point)?;
        let own = BTreeSet::from([index]);
        let changes = ground.repo.changes(Some(&point), Some(&ground.onto))?;
        let mut made = Vec::new();
        for change in changes {
            if *ground.matcher.owners(&change.path)? != own {
                continue;
            }
            let Some(entry) = change.old else {
                made.push(change.path);
                continue;
            };
            let path = ground.ledger.moves.since(&change.path, |step| had_been.contains(step));
            if ground.matcher.owners(&path)?.is_subset(&own) {
                restored.insert(path, Restored { point, known, entry: Some(entry) });
            }
        }
        for path in made {
            restored.entry(path).or_insert(Restored { point, known, entry: None });
        }
    }
    Ok(restored)
}

/// The steps of the ledger's renames that a commit has.
fn moved_before(ground: &Ground<'_>, point: &ObjectId) -> Result<BTreeSet<ObjectId>, GitError> {
    let mut before = BTreeSet::new();
    for step in ground.ledger.moves.steps() {
        if ground.repo.is_ancestor(step, point)? {
            before.insert(*step);
        }
    }
    Ok(before)
}

/// The landed ones of the stages that say `code = "restore"`.
fn restoring<'a>(
    ground: &Ground<'a>,
    stages: &BTreeSet<StageIndex>,
) -> Vec<(StageIndex, &'a Stage)> {
    let mut found = Vec::new();
    for index in stages {
        let landed = ground.ledger.get(*index).is_some_and(|history| !history.steps.is_empty());
        match ground.migration.stages.get(*index) {
            Some(stage) if landed && stage.code == CodeRollback::Restore => {
                found.push((*index, stage));
            }
            _ => {}
        }
    }
    found
}

/// Sets paths back as they were at the checkpoint, where that takes back these stages' work: all of
/// it, and nobody else's.
fn restore(
    ground: &Ground<'_>,
    replay: &mut Replay<'_>,
    work: &Work<'_>,
    restored: &BTreeMap<RepoPath, Restored>,
) -> anyhow::Result<()> {
    let mut by_steps = None;
    let lives = Lives::of(ground.ledger, work.stages, &work.steps);
    for (path, to) in restored {
        let Restored { point, known, entry } = to;
        if !known {
            let played = Played { step: *point, order: 0 };
            replay.clash(path, played, Reason::BeforeStart);
            continue;
        }
        let kept = match work.kept(ground.repo, path, to)? {
            None => lives.kept_of_before(ground.repo, path, point)?,
            known => known,
        };
        let against = match kept {
            Some((played, commit)) => Some((played, Reason::KeptByCheckpoint(commit))),
            None => {
                lives.of_others(ground.repo, path, point)?.map(|played| (played, Reason::WorkedOn))
            }
        };
        let Some((played, reason)) = against else {
            replay.set(path, *entry);
            continue;
        };
        // Where undoing the stages' own steps leads there too, whatever others did is gone already.
        let by_steps = match &mut by_steps {
            Some(known) => known,
            unknown => unknown.insert(work.back(ground, &BTreeSet::new())?),
        };
        // A file that goes may have taken their work along under its other name.
        let mut agree = agrees(by_steps, path, *entry)?;
        if agree && entry.is_none() {
            for (other, to) in restored.iter().filter(|(_, to)| to.entry.is_some()) {
                agree = agree && agrees(by_steps, other, to.entry)?;
            }
        }
        match agree {
            true => replay.set(path, *entry),
            false => replay.clash(path, played, reason),
        }
    }
    Ok(())
}

/// Whether a back-out comes to this at a path.
fn agrees(replay: &Replay<'_>, path: &RepoPath, entry: Option<Entry>) -> Result<bool, GitError> {
    Ok(!replay.clashes_at(path) && replay.at(path)? == entry)
}

/// Commits on the files of steps, since the first of them, that are none of the steps, or merges that
/// bring work of others there beside.
fn others(ledger: &Ledger, stages: &BTreeSet<StageIndex>, steps: &[StageStep]) -> Vec<ObjectId> {
    let Some(first) = steps.last().map(|step| step.order) else { return Vec::new() };
    let own: BTreeMap<usize, bool> = steps.iter().map(|step| (step.order, step.merge)).collect();
    let paths: BTreeSet<&RepoPath> =
        steps.iter().flat_map(|step| &step.changes).map(|change| &change.path).collect();
    let visits = paths.iter().filter_map(|path| ledger.visits.get(*path)).flatten();
    let stays = |whose: &Whose| whose.foreign || !whose.stages.is_subset(stages);
    let found: BTreeMap<usize, ObjectId> = visits
        .filter(|visit| visit.order >= first)
        .filter(|visit| own.get(&visit.order).is_none_or(|merge| *merge && stays(&visit.whose)))
        .map(|visit| (visit.order, visit.step))
        .collect();
    found.into_values().rev().collect()
}

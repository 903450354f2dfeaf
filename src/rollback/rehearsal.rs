//! A rehearsal of code: a stage is backed out and brought back in memory, and each result is held
//! against what must be true of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::checkpoint::checkpoint;
use super::message::{Naming, back_out};
use super::outlook::outlook;
use super::plan::{Ground, Plan, plan};
use super::reapply::reapply;
use crate::config::{Action, Migration, Stage};
use crate::git::{Change, Entry, GitError, ObjectId, RepoPath, View};
use crate::receipt::Digest;
use crate::stage::ledger::Ledger;
use crate::stage::matcher::{Matcher, StageIndex};
use crate::stage::moves::of_paths;

/// What was found wrong with a plan that came out clean.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// A path that is not the stage's would change.
    #[error("{} would change, and is not the stage's", .0.shown())]
    Outside(RepoPath),
    /// A path on which only this stage has worked would not be as before.
    #[error("{} would not be as at the start, \
        although only this stage has worked on it", .0.shown())]
    NotAsBefore(RepoPath),
    /// Backed out, it does not count as backed out.
    #[error("the ledger does not take the stage for backed out")]
    StillThere,
    /// Brought back, the tree is another one.
    #[error("brought back, {} is not as it was", .0.shown())]
    NotAsItWas(RepoPath),
    /// It cannot be brought back.
    #[error("it cannot be brought back: {0}")]
    NoReturn(String),
}

/// What a rehearsal in memory came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rehearsed {
    /// The plan.
    pub plan: Plan,
    /// What is wrong; nothing where the plan is not clean, which says so itself.
    pub broken: Vec<Broken>,
}

/// Backs a stage out and brings it back, in memory. `again` reads the ledger up to a commit that is
/// kept in memory.
pub fn rehearse(
    ground: &Ground<'_>,
    naming: Naming<'_>,
    stage: StageIndex,
    again: &dyn Fn(&ObjectId) -> anyhow::Result<Ledger>,
) -> anyhow::Result<Rehearsed> {
    let plan = plan(ground, &BTreeSet::from([stage]))?;
    let broken = examine(ground, naming, stage, &plan, again)?;
    Ok(Rehearsed { plan, broken })
}

/// What goes before a stage, as declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Before {
    /// The stages, in the order in which they go.
    pub stages: Vec<StageIndex>,
    /// What backing them out leads to, kept in memory; `None` where they do not go without it.
    pub onto: Option<ObjectId>,
}

/// What goes before a stage that does not go alone; `None` where it goes alone, or where the order
/// is not the one that `after` declares.
pub fn before(
    ground: &Ground<'_>,
    naming: Naming<'_>,
    stage: StageIndex,
    alone: &Plan,
) -> anyhow::Result<Option<Before>> {
    let outlook = outlook(ground, alone, stage)?.filter(|outlook| outlook.expected);
    let Some(all) = outlook.and_then(|outlook| outlook.blockers.cascade) else { return Ok(None) };
    let stages: Vec<StageIndex> = all.into_iter().filter(|one| *one != stage).collect();
    let first = plan(ground, &stages.iter().copied().collect())?;
    let onto = match first.tree {
        Some(tree) => {
            let message = back_out(naming, &first, "Rehearsal.");
            Some(ground.repo.draft_commit_saying(&tree, Some(&ground.onto), &message)?)
        }
        None => None,
    };
    Ok(Some(Before { stages, onto }))
}

/// Holds the result of a plan for one stage against what must be true of it.
pub fn examine(
    ground: &Ground<'_>,
    naming: Naming<'_>,
    stage: StageIndex,
    plan: &Plan,
    again: &dyn Fn(&ObjectId) -> anyhow::Result<Ledger>,
) -> anyhow::Result<Vec<Broken>> {
    let mut broken = Vec::new();
    if let Some(tree) = plan.tree.filter(|_| !plan.is_empty()) {
        broken.extend(outside(ground, stage, &tree)?);
        broken.extend(not_as_before(ground, stage, plan, &tree)?);
        broken.extend(not_returned(ground, naming, stage, plan, &tree, again)?);
    }
    Ok(broken)
}

fn outside(ground: &Ground<'_>, stage: StageIndex, tree: &ObjectId) -> anyhow::Result<Vec<Broken>> {
    let mut broken = Vec::new();
    // The trees are compared, and not what the plan says of itself.
    let tip = ground.repo.commit(&ground.onto)?.tree;
    for change in ground.repo.changes_between(&tip, tree)? {
        if !ground.matcher.owners(&change.path)?.contains(&stage) {
            broken.push(Broken::Outside(change.path));
        }
    }
    Ok(broken)
}

fn not_as_before(
    ground: &Ground<'_>,
    stage: StageIndex,
    plan: &Plan,
    tree: &ObjectId,
) -> anyhow::Result<Vec<Broken>> {
    let Some(step) = plan.commits.last() else { return Ok(Vec::new()) };
    let Some(parent) = ground.repo.commit(&step.id)?.parents.first().copied() else {
        return Ok(Vec::new());
    };
    let before = View::of_commit(ground.repo, &parent)?;
    let result = View::new(ground.repo, *tree);
    let alone = BTreeSet::from([stage]);
    let changes = plan.commits.iter().flat_map(|step| &step.changes);
    let paths: BTreeSet<&RepoPath> = changes.map(|change| &change.path).collect();
    let mut broken = Vec::new();
    for path in paths {
        let visits = ground.ledger.visits.get(path).into_iter().flatten();
        let mut later = visits.filter(|visit| visit.order >= step.order);
        // A merge may hold foreign work as well, which stays.
        if !later.all(|visit| visit.whose.stages == alone && !visit.whose.foreign) {
            continue;
        }
        // A rename that `[[moves]]` tells of is no change, and stays: what the file was then, it
        // must be under the name that it has now.
        let names = ground.ledger.moves.names_before(step.order, path);
        let stood: Vec<Entry> = names
            .iter()
            .filter_map(|name| file(&before, name).transpose())
            .collect::<Result<_, _>>()?;
        let as_before = match file(&result, path)? {
            None => stood.is_empty(),
            Some(entry) => stood.contains(&entry),
        };
        if !as_before {
            broken.push(Broken::NotAsBefore(path.clone()));
        }
    }
    Ok(broken)
}

fn file(view: &View<'_>, path: &RepoPath) -> Result<Option<Entry>, GitError> {
    Ok(view.entry(path)?.filter(|entry| !entry.is_folder()))
}

fn not_returned(
    ground: &Ground<'_>,
    naming: Naming<'_>,
    stage: StageIndex,
    plan: &Plan,
    tree: &ObjectId,
    again: &dyn Fn(&ObjectId) -> anyhow::Result<Ledger>,
) -> anyhow::Result<Vec<Broken>> {
    let repo = ground.repo;
    let message = back_out(naming, plan, "Rehearsal.");
    let out = repo.draft_commit_saying(tree, Some(&ground.onto), &message)?;
    let ledger = again(&out)?;
    if ledger.landed().any(|landed| landed == stage) {
        return Ok(vec![Broken::StillThere]);
    }
    let matcher = Matcher::new(ground.migration);
    let (migration, matcher) = (ground.migration, &matcher);
    let backed_out = Ground { repo, migration, matcher, ledger: &ledger, onto: out };
    let returned = match reapply(&backed_out, &BTreeSet::from([stage]))? {
        Ok(returned) => returned,
        Err(nothing) => return Ok(vec![Broken::NoReturn(nothing.to_string())]),
    };
    let Some(tree) = returned.tree else {
        let clash = returned
            .clashes
            .first()
            .map(|clash| format!("{}: {}", clash.path.shown(), clash.reason));
        return Ok(vec![Broken::NoReturn(clash.unwrap_or_default())]);
    };
    let tip = repo.commit(&ground.onto)?.tree;
    let changes = repo.changes_between(&tip, &tree)?;
    Ok(changes.into_iter().map(|change| Broken::NotAsItWas(change.path)).collect())
}

/// What a rehearsal's receipt stands for: the stage's files at the tip, what they would become, its
/// definition, and the commit that its checkpoint stands on. Other work on other files, and how the
/// stage landed, change nothing in it.
pub fn digest(ground: &Ground<'_>, stage: &Stage, plan: &Plan) -> Result<Digest, GitError> {
    let mut text = String::from("backout-rehearsal/1\n");
    let point = checkpoint(ground.repo, ground.migration, stage)?;
    let _ = writeln!(text, "checkpoint {}", point.map(|id| id.to_string()).unwrap_or_default());
    let paths: BTreeSet<&RepoPath> =
        plan.commits.iter().flat_map(|step| &step.changes).map(|change| &change.path).collect();
    definition(&mut text, ground.migration, stage, &paths);
    let tip = View::of_commit(ground.repo, &ground.onto)?;
    let planned: BTreeMap<&RepoPath, &Change> =
        plan.paths.iter().map(|change| (&change.path, change)).collect();
    for path in paths {
        let (now, becomes) = match planned.get(path) {
            Some(change) => (change.old, change.new),
            None => {
                let now = tip.entry(path)?.filter(|entry| !entry.is_folder());
                (now, now)
            }
        };
        let _ = writeln!(text, "path {path:?} {} {}", shown(now), shown(becomes));
    }
    Ok(Digest::of(text.as_bytes()))
}

fn shown(entry: Option<Entry>) -> String {
    entry.map_or_else(|| "-".to_owned(), |entry| format!("{:o}:{}", entry.mode, entry.oid))
}

/// What of a stage's configuration has a say in how its code is backed out and checked: of the
/// renames, those of its own files.
fn definition(
    text: &mut String,
    migration: &Migration,
    stage: &Stage,
    paths: &BTreeSet<&RepoPath>,
) {
    let _ = writeln!(text, "migration {:?} stage {:?}", migration.id.as_str(), stage.id.as_str());
    let _ = writeln!(text, "folder {:?}", migration.folder);
    for pattern in &stage.paths {
        let _ = writeln!(text, "own {:?}", pattern.text);
    }
    for pattern in &stage.exclude {
        let _ = writeln!(text, "exclude {:?}", pattern.text);
    }
    for renamed in of_paths(migration, paths.iter().copied()) {
        let _ = writeln!(text, "move {:?} {:?}", renamed.from.text, renamed.to.text);
    }
    let _ = writeln!(text, "code {:?}", stage.code);
    let _ = match &stage.verify {
        None => writeln!(text, "verify none"),
        Some(Action::Text(words)) => writeln!(text, "verify by hand {words:?}"),
        Some(Action::Command { argv, .. }) => writeln!(text, "verify {argv:?}"),
    };
}

#[cfg(test)]
mod tests;
